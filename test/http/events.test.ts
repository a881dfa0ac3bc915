import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { TradeReader, type LoggedEvent } from '../../src/client/index.ts';
import { openDatabase, type Database } from '../../src/database/database.ts';
import { acceptedFact, migratedDatabase, notedFact, placingTrade } from '../database/fixtures.ts';
import { deadline } from '../support/waiting.ts';
import { call } from './caller.ts';
import { startTestHttp, type TestHttp } from './server.ts';

let db: Database;
let http: TestHttp;
const ends: (() => void)[] = [];

beforeAll(async () => {
  const { url, db: migrated } = await migratedDatabase();
  db = migrated;
  readsOf = await countingReads(url);
  http = await startTestHttp({ ...db, events: readsOf.events });
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});
afterAll(async () => {
  await http.close();
  await readsOf.close();
  await db.close();
});

let readsOf: { events: Database['events']; count: number; close(): Promise<void> };

async function countingReads(url: string): Promise<typeof readsOf> {
  const counted = await openDatabase({ url });
  const counting = {
    count: 0,
    events: {
      end: () => counted.events.end(),
      read: (...page: Parameters<Database['events']['read']>) => {
        counting.count += 1;
        return counted.events.read(...page);
      },
    },
    close: () => counted.close(),
  };
  return counting;
}

function follow(options: { after?: string; botId?: string } = {}, url = http.url): AsyncGenerator<LoggedEvent, never> {
  const stop = new AbortController();
  ends.push(() => stop.abort());
  return new TradeReader({ url }).events({ ...options, signal: stop.signal });
}

async function take(events: AsyncGenerator<LoggedEvent, never>, count: number): Promise<LoggedEvent[]> {
  const taken: LoggedEvent[] = [];
  while (taken.length < count) taken.push((await deadline(events.next(), 30_000, `event ${taken.length + 1}`)).value);
  return taken;
}

const idsOf = (events: { clientOrderId: string }[]) => events.map(({ clientOrderId }) => clientOrderId);

describe('the events as pages', () => {
  it('are complete, oldest first, a page at a time, for one bot or all', async () => {
    const after = await db.events.end();
    const trades = [];
    for (const botId of ['pages', 'other', 'pages', 'other']) trades.push(await placingTrade(db, { botId }));
    const ids = idsOf(trades);
    const walk = async (filter: string): Promise<unknown[]> => {
      const seen: unknown[] = [];
      for (let cursor = after; ;) {
        const { status, body } = await call(`${http.url}/api/v1/events?limit=1&after=${cursor}${filter}`);
        expect(status).toBe(200);
        const items = body['items'] as Record<string, unknown>[];
        if (items.length === 0) return seen;
        seen.push(...items.map((item) => item['client_order_id']));
        cursor = body['next_cursor'] as string;
      }
    };
    await take(follow({ after }), 4);
    expect(await walk('')).toEqual(ids);
    expect(await walk('&bot_id=pages')).toEqual([ids[0], ids[2]]);
    expect((await call(`${http.url}/api/v1/events?after=latest`)).body).toMatchObject({ items: [] });
  });

  it('are refused after an invalid cursor, as pages and as a stream', async () => {
    for (const headers of [{}, { accept: 'text/event-stream' }]) {
      const { status, body } = await call(`${http.url}/api/v1/events?after=x`, { headers });
      expect(status).toBe(400);
      expect(body).toMatchObject({ errors: [{ field: 'after' }] });
    }
    const headers = { accept: 'text/event-stream', 'last-event-id': 'x' };
    expect((await call(`${http.url}/api/v1/events`, { headers })).status).toBe(400);
  });
});

describe('the events as a stream', () => {
  it('come as they are committed, with their content, for one bot or all', async () => {
    const after = await db.events.end();
    const [all, one] = [follow({ after }), follow({ after, botId: 'mine' })];
    const next = all.next();
    const mine = await placingTrade(db, { botId: 'mine' });
    const yours = await placingTrade(db, { botId: 'yours' });
    await db.trades.apply(mine.clientOrderId, acceptedFact(mine));

    const seen = [(await deadline(next, 30_000, 'the first event')).value, ...(await take(all, 2))];

    expect(idsOf(seen)).toEqual(idsOf([mine, yours, mine]));
    expect(seen[2]).toMatchObject({ botId: 'mine', cause: 'accepted', toStatus: 'placing', source: 'post' });
    expect((await take(one, 2)).map(({ cause }) => cause)).toEqual(['intent', 'accepted']);
  });

  it('continue after the engine was down, without loss and without repetition', async () => {
    const after = await db.events.end();
    const first = await startTestHttp(db);
    const events = follow({ after }, first.url);
    const { clientOrderId } = await placingTrade(db);
    await take(events, 1);
    const next = events.next();
    await first.close();
    for (const key of ['a', 'b']) await db.trades.apply(clientOrderId, notedFact({ evidence: { key } }));
    const second = await startTestHttp(db, { port: Number(new URL(first.url).port) });
    ends.push(() => void second.close());

    const seen = [(await deadline(next, 30_000, 'an event')).value, ...(await take(events, 1))];

    expect(seen.map(({ evidence }) => evidence)).toEqual([{ key: 'a' }, { key: 'b' }]);
  });

  it('are read once for all readers, and a slow reader delays nobody', async () => {
    const after = await db.events.end();
    const { hostname, port } = new URL(http.url);
    const silent = connect(Number(port), hostname);
    ends.push(() => void silent.destroy());
    silent.pause();
    silent.write(
      `GET /api/v1/events?after=${after} HTTP/1.1\r\nhost: ${hostname}\r\naccept: text/event-stream\r\n\r\n`,
    );
    const readers = Array.from({ length: 10 }, () => follow({ after }));
    const nexts = readers.map((reader) => reader.next());
    const { clientOrderId } = await placingTrade(db);
    await Promise.all(nexts.map((next) => deadline(next, 30_000, 'the first event')));
    const before = readsOf.count;
    const padding = 'x'.repeat(20_000);
    const startedAtMs = performance.now();
    for (let n = 0; n < 100; n += 1) await db.trades.apply(clientOrderId, notedFact({ evidence: { padding } }));

    const taken = await Promise.all(readers.map((reader) => take(reader, 100)));

    expect(new Set(taken.map((events) => events.map(({ cursor }) => cursor).join()))).toHaveProperty('size', 1);
    // The tail's own reads, and the silent reader's few.
    const polls = Math.ceil((performance.now() - startedAtMs) / 200);
    expect(readsOf.count - before).toBeLessThanOrEqual(polls + 10);
  });
});
