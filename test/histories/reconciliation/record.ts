/**
 * `npm run histories:reconciliation`: has a disagreement of each kind found and repaired, and keeps the histories of the
 * run and of the order in this folder. To be run when the workflows' code has changed on purpose.
 */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { workflowIdOf } from '../../../src/domain/order/order-request.ts';
import type { ReconcileReport } from '../../../src/domain/reconciliation/report.ts';
import { buildDecisionsBundle } from '../../support/decisions.ts';
import { startTestEngine } from '../../support/engine.ts';
import { lineByLine, record } from '../../support/recorded-history.ts';
import { worldOf } from '../../support/reconciling.ts';
import { startTestServers, stopTestServers } from '../../support/servers.ts';
import { deadline, eventually } from '../../support/waiting.ts';
import { KINDS, type Kind } from './kinds.ts';

await startTestServers();
const test = await startTestEngine({ feed: false, simulator: { tickMs: 0 } });
const world = worldOf(test);
const decisionsBundle = await buildDecisionsBundle();
try {
  for (const [name, kind] of Object.entries(KINDS)) await keepKind(name, kind);
} finally {
  await world.close();
  await test.stop();
  await stopTestServers();
}

async function keepKind(name: string, { make, becomes, ends }: Kind): Promise<void> {
  const { clientOrderId } = await make(world);
  const runId = await eventually(() => findingRun(name), { withinMs: 30_000, what: `${name} to be found` });
  const order = test.client.workflow.getHandle(workflowIdOf(clientOrderId));
  if (ends) await deadline(order.result(), 60_000, `the end of ${clientOrderId}`);
  await eventually(async () => (await test.trades.find(clientOrderId))?.status === becomes, {
    withinMs: 20_000,
    what: `${clientOrderId} to be ${becomes}`,
  });
  if (!ends) await test.untilState(clientOrderId, ({ state }) => state === 'monitoring');
  const run = await keep(`${name}.run`, test.client.workflow.getHandle(runId));
  const repaired = await keep(`${name}.order`, order);
  console.log(`${name}: ${run} events in the run, ${repaired} in the order`);
}

/** Runs until one finds the disagreement: an orphan is an issue at the second sighting, and Temporal's lists are late. */
async function findingRun(name: string): Promise<string | null> {
  const workflowId = `reconcile-${name}-${randomUUID()}`;
  const handle = await test.client.workflow.start('reconcileWorkflow', {
    taskQueue: test.taskQueue,
    workflowId,
    args: [],
  });
  const { differences } = (await handle.result()) as ReconcileReport;
  return differences.some(({ kind, disposition }) => kind === name && disposition === 'new') ? workflowId : null;
}

/** Answers how many events it has. */
async function keep(name: string, handle: WorkflowHandle): Promise<number> {
  const recorded = await record(await handle.fetchHistory(), decisionsBundle);
  await writeFile(new URL(`${name}.json`, import.meta.url), lineByLine(recorded));
  return recorded.history.events.length;
}
