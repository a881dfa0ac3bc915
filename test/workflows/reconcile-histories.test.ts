import { beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { KINDS } from '../histories/reconciliation/kinds.ts';
import { buildDecisionsBundle, decisionsOf, ofAnyQueue, recordedHistories } from '../support/decisions.ts';

const { names, recorded, replay } = recordedHistories(new URL('../histories/reconciliation/', import.meta.url));

let decisionsBundle: WorkflowBundleOption;
beforeAll(async () => {
  decisionsBundle = await buildDecisionsBundle();
});

describe('the histories of reconciliation', () => {
  it('are a run and an order for each kind', () => {
    const expected = Object.keys(KINDS).flatMap((kind) => [`${kind}.order`, `${kind}.run`]);
    expect(names.toSorted()).toEqual(expected.toSorted());
  });

  it('replay as the workers run them', async () => {
    expect(await replay()).toEqual([]);
  });

  it.each(names)('%s: the replay makes the same decisions', async (name) => {
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
