/** Temporal is restored from a backup, or lost, while the database and the exchange know what happened since: docs/deployment.md. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import { deleteInTheEnd } from '../../src/local/server-process.ts';
import { startTemporal, type RunningTemporal } from '../../src/local/temporal.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { worldOf, type World } from '../support/reconciling.ts';
import { fault, handleOf, monitored, untilRow } from '../support/scenario.ts';
import { eventually } from '../support/waiting.ts';
import { age, copyTemporal } from './backups.ts';
import { untilRight } from './what-is-wrong.ts';

let test: TestEngine;
let world: World;
let temporal: RunningTemporal;
let folder: string;
let deleteFolder: () => Promise<void>;
/** How many POSTs had been sent before the restore. */
let posted: number;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'order-sync-restore-'));
  deleteFolder = deleteInTheEnd(folder);
  temporal = await startTemporal({ dataDir: join(folder, 'live') });
  test = await startTestEngine({ simulator: { tickMs: 0 }, temporalAddress: temporal.address });
  world = worldOf(test);
});
afterAll(async () => {
  await world?.close();
  await test?.stop();
  await temporal?.stop();
  await deleteFolder?.();
});

/** Stops engine and server, and starts them again when `change` has changed the server's files. */
async function restarted(change: () => Promise<void>): Promise<void> {
  await temporal.stop();
  await change();
  temporal = await startTemporal({ dataDir: join(folder, 'live'), port: Number(temporal.address.split(':').at(-1)) });
  await test.up();
  await eventually(() => test.client.workflow.count(), { withinMs: 10_000, what: 'the client to be connected again' });
}

const rested = (): OrderRequest => limitOrder({ policy: QUICK });

const before = {
  resting: rested(),
  filledSince: rested(),
  syncedSince: rested(),
  /** Its POST is sent when the backup is made, and not answered. */
  unanswered: marketOrder(),
  /** Its first task is still to come when the backup is made. */
  waiting: marketOrder(),
};
const since = { open: rested(), filled: marketOrder() };
const all = [...Object.values(before), ...Object.values(since)];

describe('an older Temporal', () => {
  beforeAll(async () => {
    for (const request of [before.resting, before.filledSince, before.syncedSince]) await monitored(test, request);
    fault(test, before.unanswered, { endpoint: 'createOrder', times: 1 }, { kind: 'hang', when: 'after' });
    await test.start(before.unanswered);
    await eventually(() => test.simulator.ledger.orderByClientId(before.unanswered.clientOrderId), {
      withinMs: 10_000,
      what: 'the order whose POST is not answered',
    });
    await test.down();
    await test.start(before.waiting);
    const backup = join(folder, 'backup');
    await mkdir(backup);
    await restarted(() => copyTemporal(join(folder, 'live'), backup));

    for (const request of [before.unanswered, before.waiting]) await untilRow(test, request, isCompleted);
    test.simulator.exchange.act(before.filledSince.clientOrderId, { do: 'fill' });
    await untilRow(test, before.filledSince, isCompleted);
    await handleOf(test, before.syncedSince).signal('manualSync');
    await eventually(
      async () =>
        (await test.trades.events(before.syncedSince.clientOrderId)).some(({ cause }) => cause === 'manual_sync'),
      { withinMs: 10_000, what: 'the manual sync' },
    );
    await monitored(test, since.open);
    await test.outcome(await test.start(since.filled));

    await test.down();
    posted = test.simulator.ledger.posts().length;
    await age(test.simulator, world.sql);
    await restarted(async () => {
      await rm(join(folder, 'live'), { recursive: true });
      await copyTemporal(backup, join(folder, 'live'));
    });
  });

  it('does again what it has forgotten, and places nothing', async () => {
    await untilRight(test, world, all);
    expect(test.simulator.ledger.posts()).toHaveLength(posted);
  });

  it('tells a bot that repeats a forgotten order what became of it', async () => {
    expect(await test.outcome(await test.start(since.filled))).toMatchObject({ status: 'completed' });
    expect(test.simulator.ledger.posts()).toHaveLength(posted);
  });

  it('cancels an order whose forgotten history was longer', async () => {
    await handleOf(test, before.syncedSince).signal('cancelOrder');
    expect(await untilRow(test, before.syncedSince, ({ status }) => status === 'cancelled', 10_000)).toBe(true);
  });
});

describe('a Temporal that lost everything', () => {
  beforeAll(async () => {
    await test.down();
    await age(test.simulator, world.sql);
    await restarted(async () => {
      await rm(join(folder, 'live'), { recursive: true });
      await mkdir(join(folder, 'live'));
    });
  });

  it('is given a workflow for each open order, and the feed', async () => {
    await untilRight(test, world, all);
    test.simulator.exchange.act(before.resting.clientOrderId, { do: 'fill' });
    await untilRow(test, before.resting, isCompleted);
    expect(test.simulator.ledger.posts()).toHaveLength(posted);
  });
});

function isCompleted({ status }: { status: string }): boolean {
  return status === 'completed';
}
