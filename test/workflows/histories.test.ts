import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { buildWorkflowBundle } from '../../src/temporal/workflow-bundle.ts';
import { BEHAVIOURS } from '../histories/behaviours.ts';
import { buildDecisionsBundle, decisionsOf, recordedHistories, type RecordedHistory } from '../support/decisions.ts';
import type { Decision } from '../support/decisions-interceptor.ts';
import { HISTORIES } from '../support/released-histories.ts';

const { names, recorded, replay } = recordedHistories(HISTORIES);

let decisionsBundle: WorkflowBundleOption;
beforeAll(async () => {
  decisionsBundle = await buildDecisionsBundle();
});

/** The history with every payload's text changed; payloads are base64 in Temporal's JSON. */
function rewritten({ history }: RecordedHistory, change: (text: string) => string): RecordedHistory['history'] {
  return JSON.parse(JSON.stringify(history), (key, value: unknown) =>
    key === 'data' && typeof value === 'string'
      ? Buffer.from(change(Buffer.from(value, 'base64').toString())).toString('base64')
      : value,
  ) as RecordedHistory['history'];
}

function timersOf(decisions: readonly Decision[]): unknown[] {
  return decisions.filter(({ does }) => does === 'timer').map(({ what }) => what);
}

describe('the recorded histories', () => {
  it('are one for each behaviour', () => {
    expect(names.toSorted()).toEqual(Object.keys(BEHAVIOURS).toSorted());
  });

  it('replay as the workers run them', async () => {
    expect(await replay()).toEqual([]);
  });

  it.each(names)(
    '%s: the replay asks for the same activities, timers and result, with the same inputs and limits',
    async (name) => {
      const { history, decisions } = recorded(name);

      expect(await decisionsOf(history, decisionsBundle)).toEqual(decisions);
    },
  );

  it.each([
    ['filled-at-once', 7],
    ['filled-while-resting', 20],
  ])('%s: has at most %i events', (name, most) => {
    expect(recorded(name).history.events.length).toBeLessThanOrEqual(most);
  });
});

describe('a replay', () => {
  it('fails for every history, of orders, feed, archive and reconciliation, when the workflows no longer fit', async () => {
    const misfit = await buildWorkflowBundle(
      fileURLToPath(new URL('../support/misfit-interceptor.ts', import.meta.url)),
    );

    for (const folder of ['./', 'engine/', 'reconciliation/']) {
      const histories = recordedHistories(new URL(folder, HISTORIES));
      const wrong = await histories.replay(misfit);
      expect(wrong).toEqual(histories.names.map(() => expect.stringMatching(/nondeterminis/i)));
    }
  });

  it('fails when the history shows another activity than the one that is decided', async () => {
    const altered = JSON.parse(
      JSON.stringify(recorded('filled-within-the-immediate-check').history).replaceAll('"checkOrder"', '"checkTwice"'),
    );

    await expect(decisionsOf(altered, decisionsBundle)).rejects.toThrow(/Nondeterminism|nondeterminis/i);
  });

  it('does not notice another timer or input, which the comparison of decisions does', async () => {
    const record = recorded('filled-while-monitored');
    const altered = rewritten(record, (text) =>
      text
        .replaceAll('"monitorForMs":300000', '"monitorForMs":200000')
        .replaceAll('"monitorIntervalMs":500', '"monitorIntervalMs":900'),
    );

    const decisions = await decisionsOf(altered, decisionsBundle);

    const [before, after] = [timersOf(record.decisions), timersOf(decisions)].map(([timer]) => Number(timer));
    expect(Number(before) - Number(after)).toBe(100_000);
    expect(decisions).not.toEqual(record.decisions);
    expect(JSON.stringify(decisions)).toContain('"monitorIntervalMs":900');
  });
});
