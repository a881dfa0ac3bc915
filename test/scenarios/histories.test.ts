import { beforeAll, describe, expect, it } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { stateOf, type Trade } from '../../src/domain/order/trade.ts';
import { buildDecisionsBundle, decisionsOf } from '../support/decisions.ts';
import type { Decision } from '../support/decisions-interceptor.ts';
import { KEPT_HISTORIES, keptHistory } from '../support/kept-histories.ts';
import { TIMELINES, type ScenarioName } from './timelines.ts';

const NAMES = Object.keys(TIMELINES) as ScenarioName[];

let decisionsBundle: WorkflowBundleOption;
beforeAll(async () => {
  decisionsBundle = await buildDecisionsBundle();
});

/** The states of the rows that the workflow's activities answered, an end by its status. */
function statesIn(decisions: readonly Decision[]): string[] {
  const rows = decisions.flatMap(({ does, what }) =>
    does === 'row' ? [what as Pick<Trade, 'status' | 'orderId'>] : [],
  );
  return rows.map((row) => (stateOf(row) === 'closed' ? row.status : stateOf(row)));
}

/** What changes within one activity is never answered, so a history may leave states out, but for the last. */
function leadsThrough(shown: readonly string[], states: readonly string[]): boolean {
  let from = 0;
  for (const state of shown) {
    from = states.indexOf(state, from);
    if (from < 0) return false;
  }
  return shown.at(-1) === states.at(-1);
}

describe('the kept histories of the scenarios', () => {
  it('are one for each, written by ORDER_SYNC_KEEP_HISTORIES=yes npm test -- test/scenarios', async () => {
    expect((await readdir(KEPT_HISTORIES)).toSorted()).toEqual(NAMES.map((name) => `${name}.json`).toSorted());
  });

  it.each(NAMES)('%s: the replay makes the same decisions, through the same states', async (name) => {
    const { history, decisions } = await keptHistory(name);

    const decided = await decisionsOf(history, decisionsBundle);

    expect(decided).toEqual(decisions);
    expect(leadsThrough(statesIn(decided), TIMELINES[name])).toBe(true);
  });
});
