import { describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { runStep, type StepContext } from '../../src/activities/reconciliation/step.ts';
import { connectCoinbase } from '../../src/coinbase/connect.ts';
import type { StepReport } from '../../src/domain/reconciliation/report.ts';
import { createKey } from '../../src/simulator/index.ts';

const MINUTE_MS = 60_000;

const { name: keyName, privateKeyPem: privateKey } = createKey();
/** Never asked. */
const exchange = connectCoinbase({ restUrl: 'http://127.0.0.1:1', keyName, privateKey, requestsPerSecond: 1 });

/** Runs a step, and answers its report and what Temporal was given meanwhile. */
async function run(
  work: (step: StepContext<number>) => Promise<void>,
  heartbeatDetails?: unknown,
): Promise<{ report: StepReport | null; heartbeats: unknown[] }> {
  const environment = new MockActivityEnvironment({ heartbeatDetails }, { logger: new DefaultLogger('ERROR') });
  const heartbeats: unknown[] = [];
  environment.on('heartbeat', (details: unknown) => heartbeats.push(details));
  const startedAt = new Date().toISOString();
  const context = { runId: null, startedAt, lastCompleteAt: null, stopAtMs: Date.now() + MINUTE_MS };
  const report = environment.run<[], StepReport, () => Promise<StepReport>>(() =>
    runStep({ exchange }, context, 0, work),
  );
  return { report: await report.catch(() => null), heartbeats };
}

describe('a step of a run', () => {
  const dies = async (step: StepContext<number>): Promise<void> => {
    step.add({ tradesChecked: 500 });
    step.checkpoint(1);
    step.add({ tradesChecked: 70 });
    throw new Error('the worker goes away');
  };

  it('reports each completed page to Temporal at once, and nothing of the page in progress', async () => {
    const { heartbeats } = await run(dies);
    expect(heartbeats).toMatchObject([{ cursor: 1, report: { tradesChecked: 500 } }]);
  });

  it('continues after the last completed page, with the counts up to there', async () => {
    const { heartbeats } = await run(dies);
    const { report } = await run(async (step) => {
      expect(step.cursor).toBe(1);
      step.add({ tradesChecked: 200 });
    }, heartbeats.at(-1));
    expect(report).toMatchObject({ tradesChecked: 700 });
  });
});
