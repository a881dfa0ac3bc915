import { quietRequests } from '../quiet.ts';
import type { Scenario } from '../scenario.ts';

export const quietPush: Scenario = {
  name: 'quiet-push',
  what: 'REST requests for quiet open orders, push healthy',
  goal: '≤ 2 / s',
  measure: (bench) => quietRequests(bench, { push: true, goalPerSecond: 2 }),
};
