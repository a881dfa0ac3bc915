import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type Database } from '../../src/database/database.ts';
import { DatabaseUnavailableError } from '../../src/ports/trade-store.ts';
import { startLinkProxy, type LinkProxy } from '../links/link-proxy.ts';
import { deadline } from '../support/waiting.ts';
import { migratedDatabase, observedFact, placingTrade } from './fixtures.ts';

let near: Database;
let db: Database;
let link: LinkProxy;

beforeAll(async () => {
  const { url, db: first } = await migratedDatabase();
  near = first;
  link = await startLinkProxy(url);
  db = await openDatabase({ url: link.target });
});
afterAll(async () => {
  await Promise.all([near.close(), db.close()]);
  await link.close();
});

/** Every connection there is; new ones work. */
function silence(): void {
  link.fail({ kind: 'drop', connections: 'existing' });
}

/** As Temporal would: again after a moment, until it has happened. */
async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await sleep(200);
    }
  }
}

describe('connections that go silent while new ones work', () => {
  it('fail what is under way within 6 s, and leave a pool that works', async () => {
    await Promise.all(Array.from({ length: 10 }, () => db.ping()));
    silence();
    const outcomes = await deadline(
      Promise.allSettled(Array.from({ length: 10 }, () => db.ping())),
      6_000,
      'silent connections to be given up',
    );
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(DatabaseUnavailableError) });
      expect(String(outcome.status === 'rejected' && outcome.reason)).toMatch(/no answer for 5000 ms/);
    }
    await deadline(Promise.all(Array.from({ length: 10 }, () => db.ping())), 30_000, 'a whole pool of new connections');
  });

  it('are given up even if they were idle before, for longer than a silence may last', async () => {
    await Promise.all(Array.from({ length: 10 }, () => db.ping()));
    await sleep(6_000);
    silence();
    const outcomes = await deadline(
      Promise.allSettled(Array.from({ length: 10 }, () => db.ping())),
      6_000,
      'silent connections that had rested to be given up',
    );
    expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 'rejected'));
  });

  it('let commits go on within 10 s', async () => {
    const trades = await Promise.all(Array.from({ length: 30 }, () => placingTrade(near)));
    await Promise.all(Array.from({ length: 10 }, () => db.ping()));
    silence();
    const commits = trades.map((trade) =>
      retried(() => db.trades.apply(trade.clientOrderId, observedFact(trade, { status: 'CANCELLED' }), trade)),
    );
    await deadline(Promise.all(commits), 10_000, 'thirty ends to be committed');
    expect((await near.trades.list({ status: 'cancelled', limit: 100 })).items).toHaveLength(30);
  });

  it('end a transaction in the middle, and the next one does not wait for its locks', async () => {
    const lease = { held: 1, wanted: 1, requestsPerSecond: 30, pausedForMs: 0, isLeaving: false };
    const decision = { lease, lastsMs: 1_000, expired: [] };
    const renewed = db.requestLeases.renew('silent', () => {
      silence();
      return decision;
    });
    await expect(deadline(renewed, 6_000, 'the transaction to be given up')).rejects.toThrow(DatabaseUnavailableError);
    await deadline(
      retried(() => db.requestLeases.renew('other', () => decision)),
      10_000,
      'its lock to be freed',
    );
  });
});

it('an idle connection is not taken for silent when it is used at the moment its time runs out', async () => {
  const rested = await openDatabase({ url: link.target, poolSize: 2 });
  try {
    await rested.ping();
    // Node calls all timers of one duration that are due together, also one that was refreshed by what an earlier one did.
    const used = sleep(5_000).then(() => rested.ping());
    await rested.ping();
    await sleep(4_900);
    for (const untilMs = performance.now() + 500; performance.now() < untilMs;);
    await expect(deadline(used, 10_000, 'its answer')).resolves.toBeUndefined();
  } finally {
    await rested.close();
  }
});

it('connections that are silent when the database is closed do not keep the process', async () => {
  const database = new URL('../../src/database/database.ts', import.meta.url).href;
  const script = `
    const { openDatabase } = await import(${JSON.stringify(database)});
    const db = await openDatabase({ url: ${JSON.stringify(link.target)} });
    await Promise.all([db.ping(), db.ping()]);
    process.stdout.write('connected');
    process.stdin.once('data', () => db.close().then(() => process.stdin.destroy()));
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    await deadline(once(child.stdout, 'data'), 60_000, 'its connections');
    silence();
    child.stdin.write('close');
    expect(await deadline(once(child, 'exit'), 8_000, 'the end of the process')).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});
