import { beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { buildDecisionsBundle, decisionsOf, ofAnyQueue, recordedHistories } from '../support/decisions.ts';

const { names, recorded, replay } = recordedHistories(new URL('../histories/engine/', import.meta.url));

let decisionsBundle: WorkflowBundleOption;
beforeAll(async () => {
  decisionsBundle = await buildDecisionsBundle();
}, 60_000);

describe('the histories of the feed and the archive', () => {
  it('replay as the workers run them', async () => {
    expect(await replay()).toEqual([]);
  }, 60_000);

  it.each(names)('%s: the replay makes the same decisions', async (name) => {
    const { history, decisions } = recorded(name);
    expect(ofAnyQueue(await decisionsOf(history, decisionsBundle))).toEqual(ofAnyQueue(decisions));
  });

  it('record what was archived, and have few events', () => {
    const { history, decisions } = recorded('archived-for-ever');
    expect(decisions.at(-1)).toMatchObject({ does: 'return', what: { archived: 1, waiting: 0, problem: null } });
    expect(history.events.length).toBeLessThan(20);
  });

  it('do not grow while the feed runs', () => {
    const { history, decisions } = recorded('watching');
    expect(decisions.map(({ does, what }) => ({ does, what }))).toEqual([{ does: 'activity', what: { runFeed: [] } }]);
    expect(history.events).toHaveLength(5);
  });
});
