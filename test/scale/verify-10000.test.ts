/** How long `audit verify --all` takes for 10,000 archived orders that Temporal has dropped, and `audit move-out` of all. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Summary } from '../../src/cli/audit/verify-many.ts';
import { createOrm } from '../../src/database/orm.ts';
import { keepBuild } from '../../src/temporal/builds.ts';
import { archive } from '../support/archiving.ts';
import { marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { multiplyOrder } from '../support/multiplied-orders.ts';
import { workflowBundle } from '../support/resources.ts';
import { handleOf, resting } from '../support/scenario.ts';
import { eventually } from '../support/waiting.ts';

const ORDERS = Number(process.env['ORDERS'] ?? 10_000);
const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

const folder = mkdtempSync(join(tmpdir(), 'order-sync-verify-'));
let test: TestEngine;
let orm: MikroORM;
beforeAll(async () => {
  test = await startTestEngine({
    logFiles: { keyFile: join(folder, 'log.key'), headsFile: join(folder, 'heads.jsonl') },
  });
  orm = createOrm(test.databaseUrl, new URL(test.databaseUrl).pathname.slice(1), 2, { isPatient: true });
  await keepBuild(folder, workflowBundle());
  const filled = marketOrder();
  await test.outcome(await test.start(filled));
  const cancelled = await resting(test);
  test.simulator.exchange.act(cancelled.clientOrderId, { do: 'fill', part: '0.5' });
  await handleOf(test, cancelled).signal('cancelOrder', { requestedBy: 'ann', reason: 'enough' });
  await test.outcome(handleOf(test, cancelled));
  const originals = [filled, cancelled];
  for (const { clientOrderId } of originals) {
    await eventually(async () => (await test.trades.find(clientOrderId))?.fillsComplete, {
      withinMs: 30_000,
      what: `the fills of ${clientOrderId}`,
    });
  }
  await archive(test);
  for (const { clientOrderId } of originals) {
    await multiplyOrder(test, orm, { clientOrderId, times: ORDERS / originals.length - 1 });
  }
  await eventually(async () => (await test.engine.database.log.waitingSeconds()) === 0, {
    withinMs: 300_000,
    what: 'the log to have every row',
  });
}, 900_000);
afterAll(async () => {
  await orm?.close();
  await test?.stop();
  rmSync(folder, { recursive: true });
});

async function audit<Answer>(...words: string[]): Promise<Answer> {
  const env = { ...process.env, ...test.environment, ORDER_SYNC_BUILDS_DIR: folder };
  const argv = [MAIN, 'audit', ...words, '--json'];
  // It exits 1 where an order is not verified, and says which on standard output.
  const { stdout } = await promisify(execFile)(process.execPath, argv, { env, maxBuffer: 2 ** 28 }).catch(
    (error: { stdout: string }) => error,
  );
  return JSON.parse(stdout) as Answer;
}

/** Of all tables with their indexes, without what was freed. */
async function megabytes(): Promise<number> {
  const em = orm.em.fork();
  for (const table of ['order_events', 'fills', 'workflow_histories']) await em.execute(`vacuum full ${table}`);
  const [row] = await em.execute<{ bytes: string }[]>('select pg_database_size(current_database()) as bytes');
  return Number(row?.bytes) / 1e6;
}

describe(`${ORDERS} archived orders`, () => {
  it('verify in one command', async () => {
    const { orders, verified, anchored, unanchored, seconds, verdicts } = await audit<Summary>('verify', '--all');
    console.log(`${orders} orders in ${seconds.toFixed(1)} s: ${(orders / seconds).toFixed(0)} a second`);
    console.log(`${anchored} rows proven by the log's head, ${unanchored} not in it`);

    expect(verdicts.slice(0, 3)).toEqual([]);
    expect({ orders, verified }).toEqual({ orders: ORDERS, verified: ORDERS });
    expect(anchored).toBeGreaterThan(5 * ORDERS);
  }, 600_000);

  it('leave the database in one command', async () => {
    const before = await megabytes();
    const words = ['move-out', '--ended-before', new Date().toISOString(), '--out', join(folder, 'moved'), '--yes'];
    const startedAtMs = performance.now();
    const { moved, leftOut } = await audit<{ moved: number; leftOut: object[] }>(...words);
    const seconds = (performance.now() - startedAtMs) / 1_000;
    console.log(`${moved} moved out in ${seconds.toFixed(1)} s: ${(moved / seconds).toFixed(0)} a second`);
    console.log(`the database had ${before.toFixed(1)} MB before, and ${(await megabytes()).toFixed(1)} MB after`);

    expect({ moved, leftOut: leftOut.slice(0, 3) }).toEqual({ moved: ORDERS, leftOut: [] });
  }, 1_200_000);
});
