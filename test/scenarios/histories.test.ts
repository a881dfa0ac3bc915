import { beforeAll, describe, expect, it } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import type { WorkflowBundleOption } from '@temporalio/worker';
import type { TradeChange } from '../../src/domain/order/trade-change.ts';
import { buildTellingBundle, decisionsOf } from '../support/decisions.ts';
import type { Decision } from '../support/decisions-interceptor.ts';
import { KEPT_HISTORIES, keptHistory } from '../support/kept-histories.ts';
import { timelineOf } from '../support/scenario.ts';
import { TIMELINES, type ScenarioName } from './timelines.ts';

const NAMES = Object.keys(TIMELINES) as ScenarioName[];

let tellingBundle: WorkflowBundleOption;
beforeAll(async () => {
  tellingBundle = await buildTellingBundle();
}, 60_000);

/** The changes that a workflow wanted committed, in their order. */
function changesIn(decisions: readonly Decision[]): TradeChange[] {
  return decisions.flatMap(({ does, what }) => {
    const { commitChange } = what as { commitChange?: [{ change: TradeChange }] };
    return does === 'local activity' && commitChange !== undefined ? [commitChange[0].change] : [];
  });
}

describe('the kept histories of the scenarios', () => {
  it('are one for each, written by ORDER_SYNC_KEEP_HISTORIES=yes npm test -- test/scenarios', async () => {
    expect((await readdir(KEPT_HISTORIES)).toSorted()).toEqual(NAMES.map((name) => `${name}.json`).toSorted());
  });

  it.each(NAMES)('%s: is decided again as it was, through the same states', async (name) => {
    const { history, decisions } = await keptHistory(name);

    const decided = await decisionsOf(history, tellingBundle);

    expect(decided).toEqual(decisions);
    const commits = changesIn(decided).map(({ cause, state, trade }) => ({ cause, state, status: trade.status }));
    expect(timelineOf(commits)).toEqual(TIMELINES[name]);
  });
});
