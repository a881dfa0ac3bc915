import { quietRequests } from '../quiet.ts';
import type { Scenario } from '../scenario.ts';

export const quietNoPush: Scenario = {
  name: 'quiet-no-push',
  what: 'REST requests for quiet open orders, push down',
  goal: '≤ 10 / s',
  measure: (bench) => quietRequests(bench, { push: false, goalPerSecond: 10 }),
};
