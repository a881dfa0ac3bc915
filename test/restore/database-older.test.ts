/** The database is restored from a backup, while Temporal and the exchange know what happened since: docs/deployment.md. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase } from '../../src/database/database.ts';
import { checkOrderRequest, type OrderRequest } from '../../src/domain/order/order-request.ts';
import { commandLine } from '../cli/command-line.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { worldOf, type World } from '../support/reconciling.ts';
import { fault, handleOf, monitored } from '../support/scenario.ts';
import { eventually } from '../support/waiting.ts';
import { age, backUpDatabase, restoreDatabase } from './backups.ts';
import { untilRight } from './what-is-wrong.ts';

let test: TestEngine;
let world: World;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'order-sync-restore-'));
  const logFiles = { keyFile: join(folder, 'keys'), headsFile: join(folder, 'heads.jsonl') };
  test = await startTestEngine({ simulator: { tickMs: 0 }, logFiles });
});
afterAll(async () => {
  await world?.close();
  await test?.stop();
  await rm(folder, { recursive: true });
});

const rested = (): OrderRequest => limitOrder({ policy: QUICK });

async function filled(request: OrderRequest): Promise<void> {
  test.simulator.exchange.act(request.clientOrderId, { do: 'fill' });
  await test.outcome(handleOf(test, request));
}

describe('an older database', () => {
  const known = { resting: rested(), filledSince: rested(), cancelledSince: rested(), intended: rested() };
  const lost = { filled: marketOrder(), open: rested(), cancelled: rested(), unanswered: marketOrder() };
  /** Its first task was at work when everything stopped: the POST was sent, and Temporal heard nothing of it. */
  const unrecorded = rested();
  let backup: string;

  beforeAll(async () => {
    const { exchange } = test.simulator;
    for (const request of [known.resting, known.filledSince, known.cancelledSince]) await monitored(test, request);
    await test.down();
    backup = await backUpDatabase(test.databaseUrl);
    await intend(backup, known.intended);
    await test.up();

    await filled(known.filledSince);
    await handleOf(test, known.cancelledSince).signal('cancelOrder');
    await test.outcome(handleOf(test, known.cancelledSince));
    await monitored(test, known.intended);
    await filled(known.intended);
    await test.outcome(await test.start(lost.filled));
    await monitored(test, lost.open);
    await monitored(test, lost.cancelled);
    await handleOf(test, lost.cancelled).signal('cancelOrder');
    await test.outcome(handleOf(test, lost.cancelled));
    fault(test, lost.unanswered, { endpoint: 'createOrder' }, { kind: 'hang', when: 'after' });
    await test.start(lost.unanswered);
    await eventually(() => test.simulator.ledger.orderByClientId(lost.unanswered.clientOrderId), {
      withinMs: 10_000,
      what: 'the order whose POST is not answered',
    });
    await test.down();
    test.simulator.faults.clear();
    const { clientOrderId, productId, side, orderConfiguration: configuration } = unrecorded;
    exchange.setPlan(unrecorded, {});
    await test.start(unrecorded);
    exchange.place({ clientOrderId, productId, side, configuration });

    await restoreDatabase(test.databaseUrl, backup);
    world = worldOf(test);
    await age(test.simulator, world.sql);
    const { status, err } = await commandLine({ environment: test.environment })(
      'after-restore',
      '--reason',
      'the backup of 06:00',
    );
    if (status !== 0) throw new Error(err);
    await test.up();
  });

  it('places nothing for a bot that repeats a lost order while placing is halted', async () => {
    await expect(test.outcome(await test.start(lost.filled))).rejects.toThrow('Workflow execution failed');
    expect(await test.trades.find(lost.filled.clientOrderId)).toBeNull();
  });

  it('is true to the exchange again after a few runs of reconciliation, and nothing was placed twice', async () => {
    const all = [...Object.values(known), ...Object.values(lost), unrecorded];
    await untilRight(test, world, all);
    for (const { clientOrderId } of all) {
      expect(test.simulator.ledger.postCount(clientOrderId)).toBe(clientOrderId === unrecorded.clientOrderId ? 0 : 1);
    }
  });

  it('tells a bot that repeats a lost order what became of it, when placing is resumed', async () => {
    await test.engine.database.halts.resume({
      botId: null,
      requestedBy: 'alice',
      reason: 'reconciled',
    });
    expect(await test.outcome(await test.start(lost.filled))).toMatchObject({ status: 'completed' });
    expect(test.simulator.ledger.postCount(lost.filled.clientOrderId)).toBe(1);
  });
});

/** The row as it was between the intent and the first attempt. */
async function intend(url: string, request: OrderRequest): Promise<void> {
  const checked = checkOrderRequest(request);
  if (checked.kind !== 'complete') throw new Error('the request is not complete');
  const database = await openDatabase({ url });
  await database.trades.insertIntent(checked.intent, { requestedAt: new Date().toISOString(), attempt: false });
  await database.close();
}
