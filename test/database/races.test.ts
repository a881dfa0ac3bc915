import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type Database } from '../../src/database/database.ts';
import type { Trade } from '../../src/domain/order/trade.ts';
import { changeTo, migratedDatabase, msAgo, newFill, newIntent, placingTrade } from './fixtures.ts';
import { apart, lockRow, whileHeld } from './holding.ts';

let url: string;
let db: Database;
let second: Database;

beforeAll(async () => {
  ({ url, db } = await migratedDatabase());
  second = await openDatabase({ url });
});
afterAll(async () => {
  await Promise.all([db.close(), second.close()]);
});

/** What all of them were answered; throws what one of them failed with. */
function answers<T>(outcomes: PromiseSettledResult<T>[]): T[] {
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

async function causesOf({ clientOrderId }: Trade): Promise<string[]> {
  return (await db.trades.events(clientOrderId)).map(({ cause }) => cause);
}

/** As another process would: the row, and when it was changed. */
function endRow({ clientOrderId }: Trade) {
  return (em: EntityManager) =>
    em.execute(`update trades set status = 'expired', updated_at = clock_timestamp() where client_order_id = ?`, [
      clientOrderId,
    ]);
}

/** As who changes something else. */
function bumpRow({ clientOrderId }: Trade) {
  return (em: EntityManager) =>
    em.execute('update trades set updated_at = clock_timestamp() where client_order_id = ?', [clientOrderId]);
}

describe('two writers of the same change at the same moment', () => {
  it.each([
    ['that alters the row', { status: 'pending' }],
    ['that alters no column', {}],
  ] as const)('write one event of a change %s', async (_what, fields) => {
    const trade = await placingTrade(db);
    const change = changeTo(trade, fields);
    const outcomes = await whileHeld(url, lockRow(trade.clientOrderId), () => [
      db.trades.commit(change, trade),
      second.trades.commit(change),
      db.trades.commitEarly(trade.clientOrderId, () => ({ change, alert: null })).then((early) => early?.row),
    ]);
    const row = await db.trades.find(trade.clientOrderId);
    expect(row).toMatchObject(fields);
    expect(answers(outcomes)).toEqual([row, row, row]);
    expect(await causesOf(trade)).toEqual(['intent', 'observed']);
  });
});

describe('a change that is committed again', () => {
  it('does nothing when the row has moved on, known or not', async () => {
    const trade = await placingTrade(db);
    const change = changeTo(trade, { status: 'pending' });
    await db.trades.commit(change, trade);
    const ended = await db.trades.commit(changeTo(trade, { status: 'cancelled' }));
    for (const known of [undefined, trade, ended]) expect(await db.trades.commit(change, known)).toEqual(ended);
    expect(await db.trades.events(trade.clientOrderId)).toHaveLength(3);
  });

  it('does nothing when the row is still as the caller knows it', async () => {
    const trade = await placingTrade(db);
    const change = changeTo(trade, {}, { cause: 'unchecked' });
    await db.trades.commit(change, trade);
    const other = { ...change, trade: { ...trade, status: 'pending' as const } };
    expect(await db.trades.commit(other, trade)).toEqual(trade);
    expect(await causesOf(trade)).toEqual(['intent', 'unchecked']);
  });
});

describe('a row that has changed since it was read', () => {
  it('keeps its end, and the change is written down as kept back', async () => {
    const trade = await placingTrade(db);
    const ended = await db.trades.commit(changeTo(trade, { status: 'cancelled' }), trade);
    const late = changeTo(trade, { status: 'pending' }, { cause: 'late_observation' });
    expect(await db.trades.commit(late, trade)).toEqual(ended);
    expect((await db.trades.events(trade.clientOrderId)).at(-1)).toMatchObject({
      fromStatus: 'cancelled',
      toStatus: 'cancelled',
      evidence: { kept: ['status'] },
    });
  });

  it('keeps its end even where that is committed while the change is being written', async () => {
    const trade = await placingTrade(db);
    const [row] = answers(
      await whileHeld(url, endRow(trade), () => [
        db.trades.commit(changeTo(trade, { status: 'pending', orderId: 'x-1' })),
      ]),
    );
    expect(row).toMatchObject({ status: 'expired', orderId: 'x-1' });
    expect((await db.trades.events(trade.clientOrderId)).at(-1)).toMatchObject({
      fromStatus: 'expired',
      toStatus: 'expired',
      evidence: { kept: ['status'] },
    });
  });

  it('is told to who notes what alters no column', async () => {
    const trade = await placingTrade(db);
    const unchecked = changeTo(trade, {}, { cause: 'unchecked' });
    answers(await whileHeld(url, endRow(trade), () => [db.trades.commit(unchecked)]));
    expect((await db.trades.events(trade.clientOrderId)).at(-1)).toMatchObject({
      fromStatus: 'expired',
      toStatus: 'expired',
    });
  });

  it('is told to who notes an event', async () => {
    const trade = await placingTrade(db);
    const { clientOrderId } = trade;
    const event = { clientOrderId, state: 'placed', cause: 'post_outcome', source: 'post' } as const;
    answers(await whileHeld(url, endRow(trade), () => [db.trades.note(event)]));
    expect((await db.trades.events(clientOrderId)).at(-1)).toMatchObject({
      cause: 'post_outcome',
      fromStatus: 'expired',
      toStatus: 'expired',
    });
  });

  it('is judged again by who decides early', async () => {
    const trade = await placingTrade(db);
    const seen: string[] = [];
    const decide = (row: Trade) => {
      seen.push(row.status);
      return row.status === 'placing' ? { change: changeTo(row, { status: 'completed' }), alert: null } : null;
    };
    const outcomes = await whileHeld(url, endRow(trade), () => [db.trades.commitEarly(trade.clientOrderId, decide)]);
    expect(answers(outcomes)).toEqual([null]);
    expect(seen).toEqual(['placing', 'expired']);
    expect(await causesOf(trade)).toEqual(['intent']);
  });

  it('is read by who knew it as one of which nothing follows', async () => {
    const trade = await placingTrade(db);
    const pending = await db.trades.commit(changeTo(trade, { status: 'pending' }));
    const change = changeTo(pending, { status: 'completed' });
    const early = await db.trades.commitEarly(
      trade.clientOrderId,
      ({ status }) => (status === 'pending' ? { change, alert: null } : null),
      trade,
    );
    expect(early?.row).toMatchObject({ status: 'completed' });
  });

  it('differs in updated_at from all that it was before, even when the clock was set back', async () => {
    const trade = await placingTrade(db);
    const ahead = (microseconds: number) => `2999-01-01T00:00:00.12345${microseconds}Z`;
    await apart(url, (em) =>
      em.execute('update trades set updated_at = ? where client_order_id = ?', [ahead(6), trade.clientOrderId]),
    );
    const attempted = (await db.trades.beginPostAttempt(trade.clientOrderId)).trade;
    const changed = await db.trades.commit(changeTo(trade, { status: 'pending' }));
    const again = await db.trades.commit(changeTo(trade, { status: 'stale' }));
    expect([attempted, changed, again].map(({ updatedAt }) => updatedAt)).toEqual([ahead(7), ahead(8), ahead(9)]);
  });
});

describe('an attempt that waits for the row', () => {
  it.each([
    ['is left as it was', (trade: Trade) => lockRow(trade.clientOrderId)],
    ['has changed', bumpRow],
  ])('is refused when the window closes meanwhile and the row %s', async (_what, hold) => {
    const intent = newIntent({ policy: { ...newIntent().policy, placeForMs: 1_000 } });
    const { trade } = await db.trades.insertIntent(intent, msAgo(0));
    const attempt = () => [db.trades.beginPostAttempt(trade.clientOrderId)];
    const [permit] = answers(await whileHeld(url, hold(trade), attempt, () => sleep(1_100)));
    expect(permit).toMatchObject({ kind: 'window-closed', trade: { postAttempts: 0 } });
    expect(await causesOf(trade)).toEqual(['intent']);
  });

  it.each([
    ['is left as it was', (trade: Trade) => lockRow(trade.clientOrderId)],
    ['has changed', bumpRow],
  ])('is permitted in time when the row %s', async (_what, hold) => {
    const trade = await placingTrade(db);
    const attempt = () => [db.trades.beginPostAttempt(trade.clientOrderId)];
    const [permit] = answers(await whileHeld(url, hold(trade), attempt));
    expect(permit).toMatchObject({ kind: 'granted', attempt: 1 });
    expect(permit?.trade).toEqual(await db.trades.find(trade.clientOrderId));
    expect(await causesOf(trade)).toEqual(['intent', 'post_attempt']);
  });

  it('is refused when the order has ended meanwhile', async () => {
    const trade = await placingTrade(db);
    const attempt = () => [db.trades.beginPostAttempt(trade.clientOrderId)];
    const [permit] = answers(await whileHeld(url, endRow(trade), attempt));
    expect(permit).toMatchObject({ kind: 'settled', trade: { status: 'expired', postAttempts: 0 } });
    expect(await causesOf(trade)).toEqual(['intent']);
  });
});

describe('fills that somebody else is saving', () => {
  it('are answered, too', async () => {
    const orderId = 'x-fills';
    const [theirs, ours] = [newFill({ orderId }), newFill({ orderId })];
    const { entryId, tradeTime, tradeType, price, size, commission } = theirs;
    const outcomes = await whileHeld(
      url,
      (em) =>
        em.execute(
          `insert into fills (entry_id, order_id, trade_time, trade_type, price, size, size_in_quote, commission)
           values (?, ?, ?, ?, ?, ?, false, ?)`,
          [entryId, orderId, tradeTime, tradeType, price, size, commission],
        ),
      () => [db.trades.saveFills([theirs, ours], orderId)],
    );
    const [saved] = answers(outcomes);
    expect(saved?.map((fill) => fill.entryId)).toEqual([entryId, ours.entryId]);
  });
});
