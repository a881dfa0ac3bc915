import { createHash, randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import { createOrm } from '../../src/database/orm.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import { orderStateOf } from '../../src/domain/order/order-state.ts';
import type { Trade } from '../../src/domain/order/trade.ts';
import type { ArchivedRun, NotedRun } from '../../src/ports/history-archive.ts';
import { acceptedFact, migratedDatabase, observedFact, placementClosedFact, placingTrade } from './fixtures.ts';

const JSON_OF_HISTORY = '{"events":[{"eventId":"1"}]}';

let db: Database;
let orm: MikroORM;

beforeAll(async () => {
  const { url, db: migrated } = await migratedDatabase();
  db = migrated;
  orm = createOrm(url, new URL(url).pathname.slice(1), 2);
});
beforeEach(() => sql('delete from unarchived_runs'));
afterAll(async () => {
  await Promise.all([db.close(), orm.close()]);
});

function sql<T extends object[]>(query: string, parameters: unknown[] = []): Promise<T> {
  return orm.em.fork().execute<T>(query, parameters);
}

async function noted({ clientOrderId }: Pick<Trade, 'clientOrderId'>): Promise<NotedRun> {
  const run = { clientOrderId, runId: randomUUID() };
  await db.histories.noteRun(run);
  return run;
}

async function endedTrade(): Promise<Trade> {
  const { clientOrderId } = await placingTrade(db);
  return (await db.trades.apply(clientOrderId, placementClosedFact())).trade;
}

function archivedRun(
  { clientOrderId, runId }: NotedRun,
  fields: Partial<ArchivedRun> = {},
): Omit<ArchivedRun, 'archivedAt'> {
  return {
    clientOrderId,
    runId,
    workflowId: workflowIdOf(clientOrderId),
    closeStatus: 'COMPLETED',
    buildId: '0123456789abcdef',
    startedAt: '2026-11-23T12:00:00.000Z',
    closedAt: '2026-11-23T12:00:01.123456Z',
    finalState: null,
    eventCount: 1,
    history: gzipSync(JSON_OF_HISTORY),
    sha256: createHash('sha256').update(JSON_OF_HISTORY).digest('hex'),
    ...fields,
  };
}

async function allWaiting(limit = 10): Promise<string[]> {
  const waiting: string[] = [];
  for (let from: string | null = null; ;) {
    const { runs, next } = await db.histories.waiting(from, limit);
    waiting.push(...runs.map(({ runId }) => runId));
    if (next === null) return waiting;
    from = next;
  }
}

describe('a run waits to be archived', () => {
  it('once its trade has ended, and not while it is open', async () => {
    const trade = await placingTrade(db);
    const { runId } = await noted(trade);
    expect(await allWaiting()).toEqual([]);
    await db.trades.apply(trade.clientOrderId, placementClosedFact());
    expect(await allWaiting()).toEqual([runId]);
  });

  it('once another run of its trade has followed, although the trade is open', async () => {
    const trade = await placingTrade(db);
    const first = await noted(trade);
    const second = await noted(trade);
    await noted(trade);
    expect(await allWaiting()).toEqual([first.runId, second.runId]);
  });

  it('and is counted, with the time since it closed', async () => {
    expect(await db.histories.backlog()).toEqual({ runs: 0, oldestSeconds: 0, lost: 0 });
    await noted(await placingTrade(db));
    const trade = await endedTrade();
    await noted(trade);
    expect(await db.histories.backlog()).toMatchObject({ runs: 1, lost: 0 });
    // An ended row is never changed, so that its time is set as an operator with the database might.
    await sql(`update trades set ended_at = ended_at - interval '1 hour' where client_order_id = ?`, [
      trade.clientOrderId,
    ]);
    const { oldestSeconds } = await db.histories.backlog();
    expect(Math.floor(oldestSeconds / 3_600)).toBe(1);
  });

  it('on one of several pages, those noted first first', async () => {
    const runs = [];
    for (let count = 0; count < 5; count += 1) runs.push(await noted(await endedTrade()));
    expect(await allWaiting(2)).toEqual(runs.map(({ runId }) => runId));
  });

  it('no longer when Temporal has lost it, which is counted for a week', async () => {
    const run = await noted(await endedTrade());
    await db.histories.markLost(run);
    expect(await allWaiting()).toEqual([]);
    expect(await db.histories.backlog()).toEqual({ runs: 0, oldestSeconds: 0, lost: 1 });
    await sql(`update unarchived_runs set lost_at = lost_at - interval '7 days' where run_id = ?`, [run.runId]);
    expect(await db.histories.backlog()).toEqual({ runs: 0, oldestSeconds: 0, lost: 0 });
  });
});

describe('an archived run', () => {
  it('is read as it was written, oldest first', async () => {
    const { clientOrderId } = await placingTrade(db);
    const { trade: accepted } = await db.trades.apply(clientOrderId, acceptedFact({ clientOrderId } as Trade));
    const { trade } = await db.trades.apply(
      clientOrderId,
      observedFact(accepted, { status: 'FILLED', filledSize: '0.5', averageFilledPrice: '20000.10' }),
    );
    const second = archivedRun(await noted(trade), {
      startedAt: '2026-11-23T13:00:00.000Z',
      closeStatus: 'TERMINATED',
      buildId: null,
    });
    const first = archivedRun(await noted(trade), { finalState: orderStateOf(trade) });
    await db.histories.add(second);
    await db.histories.add(first);
    const runs = await db.histories.runsOf(clientOrderId);
    expect(runs.map(({ archivedAt: _at, history: _history, ...run }) => run)).toEqual(
      [first, second].map(({ history: _history, ...run }) => run),
    );
    for (const { history, sha256 } of runs) {
      expect(createHash('sha256').update(gunzipSync(history)).digest('hex')).toBe(sha256);
    }
  });

  it('does not wait any more, and is not noted again', async () => {
    const run = await noted(await endedTrade());
    await db.histories.add(archivedRun(run));
    expect(await allWaiting()).toEqual([]);
    await db.histories.noteRun(run);
    expect(await allWaiting()).toEqual([]);
  });

  it('is kept as it was archived first', async () => {
    const run = await noted(await endedTrade());
    await db.histories.add(archivedRun(run));
    await db.histories.add(archivedRun(run, { closeStatus: 'FAILED' }));
    expect(await db.histories.runsOf(run.clientOrderId)).toMatchObject([{ closeStatus: 'COMPLETED' }]);
  });

  it('cannot be changed', async () => {
    await db.histories.add(archivedRun(await noted(await endedTrade())));
    await expect(sql('update workflow_histories set history = history')).rejects.toThrow(/UPDATE is refused/);
    await expect(sql('truncate workflow_histories')).rejects.toThrow(/TRUNCATE is refused/);
  });
});

describe('retention', () => {
  const DAY_MS = 86_400_000;
  const closed = (daysAgo: number) => ({ closedAt: new Date(Date.now() - daysAgo * DAY_MS).toISOString() });

  it('deletes the oldest runs and records each', async () => {
    await sql('delete from workflow_histories');
    const [old, older, young] = [
      await noted(await endedTrade()),
      await noted(await endedTrade()),
      await noted(await endedTrade()),
    ];
    await db.histories.add(archivedRun(old, closed(11)));
    await db.histories.add(archivedRun(older, closed(12)));
    await db.histories.add(archivedRun(young, closed(9)));
    expect(await db.histories.deleteOlderThan(10, 1)).toBe(1);
    expect(await db.histories.runsOf(older.clientOrderId)).toEqual([]);
    expect(await db.histories.deleteOlderThan(10, 5)).toBe(1);
    expect(await db.histories.deleteOlderThan(10, 5)).toBe(0);
    expect(await db.histories.runsOf(young.clientOrderId)).toHaveLength(1);
    const rows = await sql('select run_id, sha256, reason from archive_deletions order by id');
    const { sha256 } = archivedRun(old);
    const reason = 'closed more than 10 days before';
    expect(rows).toEqual([
      { run_id: older.runId, sha256, reason },
      { run_id: old.runId, sha256, reason },
    ]);
  });

  it('leaves a record that can be neither changed nor deleted', async () => {
    await expect(sql('update archive_deletions set reason = reason')).rejects.toThrow(/UPDATE is refused/);
    await expect(sql('delete from archive_deletions')).rejects.toThrow(/archive_deletions is append-only/);
  });
});
