import { beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { KINDS } from '../histories/reconciliation/kinds.ts';
import { buildDecisionsBundle, decisionsOf, workflowIdIn, type RecordedHistory } from '../support/decisions.ts';
import type { Decision } from '../support/decisions-interceptor.ts';
import { replayAll } from '../support/replay.ts';

const FOLDER = new URL('../histories/reconciliation/', import.meta.url);
const NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length));

let decisionsBundle: WorkflowBundleOption;
beforeAll(async () => {
  decisionsBundle = await buildDecisionsBundle();
}, 60_000);

function recorded(name: string): RecordedHistory {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as RecordedHistory;
}

/** A replay gives each workflow a queue of its own. */
function ofAnyQueue(decisions: readonly Decision[]): unknown {
  return JSON.parse(JSON.stringify(decisions).replaceAll(/fake_replay_queue-\d+/g, 'queue'));
}

describe('the histories of reconciliation', () => {
  it('are a run and an order for each kind', () => {
    const expected = Object.keys(KINDS).flatMap((kind) => [`${kind}.order`, `${kind}.run`]);
    expect(NAMES.toSorted()).toEqual(expected.toSorted());
  });

  it('replay as the workers run them', async () => {
    const histories = NAMES.map((name) => recorded(name).history);
    const byWorkflowId = new Map(histories.map((history) => [workflowIdIn(history), historyFromJSON(history)]));

    expect(byWorkflowId.size).toBe(NAMES.length);
    expect(await replayAll(byWorkflowId)).toEqual([]);
  }, 60_000);

  it.each(NAMES)('%s: everything is decided again as it was', async (name) => {
    const { history, decisions } = recorded(name);

    expect(ofAnyQueue(await decisionsOf(history, decisionsBundle))).toEqual(ofAnyQueue(decisions));
  });

  it.each(Object.keys(KINDS))('of a run that finds %s says so, in under 100 events', (kind) => {
    const { history, decisions } = recorded(`${kind}.run`);

    expect(decisions.at(-1)).toMatchObject({ does: 'return', what: { status: 'complete', issuesFound: 1 } });
    expect(JSON.stringify(decisions.at(-1))).toContain(`"kind":"${kind}"`);
    expect(history.events.length).toBeLessThan(100);
  });
});
