import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type Database } from '../../src/database/database.ts';
import { startPostgres } from '../../src/local/postgres.ts';
import { DatabaseUnavailableError } from '../../src/ports/trade-store.ts';
import { deadline, eventually } from '../support/waiting.ts';
import { migratedDatabase, placingTrade } from './fixtures.ts';
import { onOwnConnection, lockRow, whileLocked } from './locks.ts';

let db: Database;
let url: string;

beforeAll(async () => {
  ({ url, db } = await migratedDatabase());
});
afterAll(() => db.close());

const BREAK = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and usename = current_user and pid <> pg_backend_pid()`;

describe('a database that is unreachable', () => {
  it('is named with its host, and its password is not', async () => {
    const away = await openDatabase({ url: 'postgres://bot:top-secret@127.0.0.1:1/orders' });
    try {
      const error: unknown = await away.trades.find('x').catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DatabaseUnavailableError);
      const { message, stack, cause } = error as DatabaseUnavailableError;
      expect(message).toMatch(/^cannot reach database orders at 127\.0\.0\.1:1: connect ECONNREFUSED/);
      expect([message, stack, String(cause)].join()).not.toContain('top-secret');
    } finally {
      await away.close();
    }
  });

  it.each([
    ['a wrong name', (wrong: URL) => (wrong.pathname = '/nowhere'), /database "nowhere" does not exist/],
    ['a host that is none', (wrong: URL) => (wrong.hostname = 'nowhere.invalid'), /nowhere\.invalid/],
  ])('is recognised: %s', async (_what, spoil, message) => {
    const wrong = new URL(url);
    spoil(wrong);
    const away = await openDatabase({ url: wrong.href });
    try {
      await expect(away.ping()).rejects.toThrow(DatabaseUnavailableError);
      await expect(away.migrations.migrate()).rejects.toThrow(message);
    } finally {
      await away.close();
    }
  });
});

describe('openDatabase', () => {
  it.each(['', 'top-secret', 'mysql://bot:top-secret@host/orders', 'postgres://bot:top-secret@host'])(
    'refuses the URL "%s" without showing it',
    async (malformed) => {
      const error: unknown = await openDatabase({ url: malformed }).catch((reason: unknown) => reason);
      expect(String(error)).toMatch(/DATABASE_URL .* must look like postgres:\/\//);
      expect(String(error)).not.toContain('top-secret');
    },
  );

  it('refuses a pool too small to migrate with', async () => {
    await expect(openDatabase({ url, poolSize: 1 })).rejects.toThrow(/poolSize must be .* at least 2, not 1/);
  });
});

describe('a lost connection', () => {
  it('does not end the process, and the next operations connect anew', async () => {
    const trade = await placingTrade(db);
    await Promise.all(Array.from({ length: 8 }, () => db.ping()));
    await onOwnConnection(url, (em) => em.execute(BREAK));
    const found = await eventually(() => db.trades.find(trade.clientOrderId), {
      withinMs: 5_000,
      what: 'a new connection',
    });
    expect(found).toEqual(trade);
  });

  it('rolls back open transactions and frees their places in the pool', async () => {
    const { clientOrderId } = await placingTrade(db);
    // Three times as many as the pool holds.
    for (let round = 0; round < 3; round += 1) {
      const outcomes = await whileLocked(
        url,
        lockRow(clientOrderId),
        () => Array.from({ length: 10 }, () => db.trades.beginPostAttempt(clientOrderId)),
        (em) => em.execute(BREAK),
      );
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(DatabaseUnavailableError) });
      }
      await eventually(() => Promise.all(Array.from({ length: 10 }, () => db.ping())), {
        withinMs: 5_000,
        what: 'a whole pool of new connections',
      });
    }
    expect(await db.trades.find(clientOrderId)).toMatchObject({ postAttempts: 0 });
    expect(await db.trades.events(clientOrderId)).toHaveLength(1);
    expect(await db.trades.beginPostAttempt(clientOrderId)).toMatchObject({
      kind: 'granted',
      trade: { postAttempts: 1 },
    });
  });

  it('is survived when the server itself restarts', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'order-sync-restart-'));
    const first = await startPostgres({ dataDir });
    const restarted = await openDatabase({ url: first.url });
    try {
      await restarted.migrations.migrate();
      const trade = await placingTrade(restarted);
      await first.stop();
      await expect(restarted.ping()).rejects.toThrow(DatabaseUnavailableError);
      const second = await startPostgres({ dataDir, port: first.port });
      try {
        expect(await restarted.trades.find(trade.clientOrderId)).toEqual(trade);
      } finally {
        await restarted.close();
        await second.stop();
      }
    } finally {
      await restarted.close();
      await first.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

describe('close', () => {
  it('waits for running operations, and refuses new ones', async () => {
    const closing = await openDatabase({ url });
    const { clientOrderId } = await placingTrade(closing);
    const underWay = Promise.all(Array.from({ length: 5 }, () => closing.trades.beginPostAttempt(clientOrderId)));
    await closing.close();
    expect(await underWay).toHaveLength(5);
    await expect(closing.ping()).rejects.toThrow(/is closed/);
    await closing.close();
  });

  it('leaves nothing that keeps a process from ending', async () => {
    const database = new URL('../../src/database/database.ts', import.meta.url).href;
    const script = `
      const { openDatabase } = await import(${JSON.stringify(database)});
      const db = await openDatabase({ url: ${JSON.stringify(url)} });
      await Promise.all([db.ping(), db.ping(), db.migrations.assertMigrated()]);
      await db.close();
      process.stdout.write('closed');
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await deadline(once(child.stdout, 'data'), 60_000, 'the database to be closed');
      // An idle connection that was forgotten would end by itself after 10 s.
      expect(await deadline(once(child, 'exit'), 8_000, 'the end of the process')).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
