import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import { isBefore, type LoggedEvent } from '../../src/ports/event-log.ts';
import { eventually } from '../support/waiting.ts';
import { acceptedFact, migratedDatabase, notedFact, placingTrade } from './fixtures.ts';
import { onOwnConnection } from './locks.ts';

let url: string;
let db: Database;

beforeAll(async () => {
  ({ url, db } = await migratedDatabase());
});
afterAll(() => db.close());

/** All events after the cursor, as soon as there are so many. */
function eventsAfter(cursor: string, count: number): Promise<LoggedEvent[]> {
  return eventually(
    async () => {
      const { items } = await db.events.read(cursor, 500);
      return items.length === count && items;
    },
    { withinMs: 10_000, what: `${count} events after ${cursor}` },
  );
}

describe('the log of events', () => {
  it('has every event of every trade once, in the order in which they were committed', async () => {
    const start = await db.events.end();
    const first = await placingTrade(db, { botId: 'one' });
    const second = await placingTrade(db, { botId: 'two' });
    await db.trades.apply(first.clientOrderId, acceptedFact(first));

    const events = await eventsAfter(start, 3);

    expect(events.map(({ clientOrderId, botId, cause }) => [clientOrderId, botId, cause])).toEqual([
      [first.clientOrderId, 'one', 'intent'],
      [second.clientOrderId, 'two', 'intent'],
      [first.clientOrderId, 'one', 'accepted'],
    ]);
    expect(events[0]).toMatchObject({ fromStatus: null, toStatus: 'placing', evidence: { botId: 'one' } });
  });

  it('is read a page at a time, and even an empty page says where to continue', async () => {
    const start = await db.events.end();
    for (let n = 0; n < 3; n += 1) await placingTrade(db);
    const all = await eventsAfter(start, 3);

    const first = await db.events.read(start, 2);
    const rest = await db.events.read(first.cursor, 2);
    const none = await db.events.read(rest.cursor, 2);

    expect([...first.items, ...rest.items]).toEqual(all);
    expect([first.hasMore, rest.hasMore, none.hasMore]).toEqual([true, false, false]);
    expect(none.items).toEqual([]);
    expect(isBefore(none.cursor, rest.cursor)).toBe(false);
  });

  it('does not skip an event that is committed late, after others that were written later', async () => {
    const end = await db.events.end();
    const late = await placingTrade(db);
    const early = await placingTrade(db);
    // Not the end that can be read right now: a transaction in another test's database may hold it back.
    const start = (await eventsAfter(end, 2)).at(-1)?.cursor ?? '';

    const [held, cursor] = await onOwnConnection(url, async (em) => {
      await em.begin();
      // Takes its number, and its event's, before the other does.
      await em.execute(
        `insert into order_events (client_order_id, to_status, state, cause, source) values (?, 'placing', 'placed', 'observed', 'look')`,
        [late.clientOrderId],
      );
      await db.trades.apply(early.clientOrderId, acceptedFact(early));
      const page = await db.events.read(start, 500);
      await em.commit();
      return [page.items, page.cursor];
    });
    const left = await eventsAfter(cursor, 2);

    expect(held).toEqual([]);
    expect(left.map(({ clientOrderId }) => clientOrderId)).toEqual([late.clientOrderId, early.clientOrderId]);
    await db.trades.apply(early.clientOrderId, notedFact());
    expect(await eventsAfter(left[1]?.cursor ?? '', 1)).toMatchObject([{ cause: 'manual_sync_failed' }]);
  });

  it('refuses an invalid cursor', async () => {
    for (const cursor of ['', '1', '1-', '-1', '1-2-3', 'a-b', `1-${'9'.repeat(19)}`]) {
      await expect(db.events.read(cursor, 1)).rejects.toThrow('after is malformed');
    }
  });
});
