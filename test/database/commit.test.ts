import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type Database } from '../../src/database/database.ts';
import { OrderIdTakenError, TradeNotFoundError } from '../../src/ports/trade-store.ts';
import { changeTo, migratedDatabase, placingTrade } from './fixtures.ts';

let db: Database;
let second: Database;

beforeAll(async () => {
  const { url, db: first } = await migratedDatabase();
  db = first;
  second = await openDatabase({ url });
});
afterAll(async () => {
  await Promise.all([db.close(), second.close()]);
});

describe('commit', () => {
  it('brings the row to the change and writes the event with both statuses', async () => {
    const trade = await placingTrade(db);
    const change = changeTo(
      trade,
      { orderId: 'x-commit', status: 'pending' },
      { reason: 'because', requestedBy: 'ann', evidence: { status: 'OPEN', nested: { list: [1, null] } } },
    );
    const committed = await db.trades.commit(change);
    expect(committed).toMatchObject({ orderId: 'x-commit', status: 'pending' });
    expect(await db.trades.find(trade.clientOrderId)).toEqual(committed);
    const { key: changeKey, trade: _trade, corrects: _corrects, ...event } = change;
    expect((await db.trades.events(trade.clientOrderId)).at(-1)).toEqual({
      ...event,
      changeKey,
      at: expect.any(String),
      fromStatus: 'placing',
      toStatus: 'pending',
    });
  });

  it('changes nothing when the same key is committed again, even at the same moment', async () => {
    const trade = await placingTrade(db);
    const change = changeTo(trade, { status: 'pending', filledSize: '0.1' });
    const [first] = await Promise.all([db, second, db].map((store) => store.trades.commit(change)));
    const again = await db.trades.commit({ ...change, trade: { ...change.trade, status: 'stale' } });
    expect(again).toEqual(first);
    expect(await db.trades.events(trade.clientOrderId)).toHaveLength(2);
  });

  it('takes the same key from another order', async () => {
    const one = await placingTrade(db);
    const other = await placingTrade(db);
    await db.trades.commit(changeTo(one, { status: 'pending' }, { key: 'same' }));
    expect(await db.trades.commit(changeTo(other, { status: 'pending' }, { key: 'same' }))).toMatchObject({
      status: 'pending',
    });
  });

  it('writes an event for a change that alters no column, and leaves updated_at alone', async () => {
    const trade = await placingTrade(db);
    expect(await db.trades.commit(changeTo(trade, {}, { cause: 'unchecked' }))).toEqual(trade);
    expect((await db.trades.events(trade.clientOrderId)).map(({ cause }) => cause)).toEqual(['intent', 'unchecked']);
  });

  it('moves updated_at with every change of a column', async () => {
    const trade = await placingTrade(db);
    const changed = await db.trades.commit(changeTo(trade, { fillsComplete: true }));
    expect(Date.parse(changed.updatedAt)).toBeGreaterThanOrEqual(Date.parse(trade.updatedAt));
    expect(changed.updatedAt).not.toBe(trade.updatedAt);
  });

  it('leaves an ended trade ended and writes down what it kept', async () => {
    const trade = await placingTrade(db);
    const ended = await db.trades.commit(changeTo(trade, { status: 'completed', filledSize: '1', orderId: 'x-ended' }));
    const late = changeTo(ended, { status: 'pending' }, { cause: 'late_observation', evidence: { status: 'OPEN' } });
    expect(await db.trades.commit(late)).toEqual(ended);
    expect((await db.trades.events(trade.clientOrderId)).at(-1)).toMatchObject({
      fromStatus: 'completed',
      toStatus: 'completed',
      state: 'completed',
      evidence: { status: 'OPEN', kept: ['status'] },
    });
  });

  it('corrects an ended trade when the change says so', async () => {
    const trade = await placingTrade(db);
    const failed = await db.trades.commit(changeTo(trade, { status: 'failed' }, { cause: 'resolved' }));
    const correction = changeTo(failed, { status: 'completed', orderId: 'x-corrected' }, { corrects: true });
    expect(await db.trades.commit(correction)).toMatchObject({ status: 'completed', orderId: 'x-corrected' });
  });

  it('names both trades when the exchange id belongs to another, and changes nothing', async () => {
    const owner = await placingTrade(db);
    const other = await placingTrade(db);
    await db.trades.commit(changeTo(owner, { orderId: 'x-taken' }));
    const commit = db.trades.commit(changeTo(other, { orderId: 'x-taken', status: 'pending' }));
    await expect(commit).rejects.toThrow(OrderIdTakenError);
    await expect(commit).rejects.toMatchObject({
      orderId: 'x-taken',
      clientOrderId: other.clientOrderId,
      takenBy: owner.clientOrderId,
    });
    expect(await db.trades.find(other.clientOrderId)).toEqual(other);
    expect(await db.trades.events(other.clientOrderId)).toHaveLength(1);
  });

  it('rejects for a trade that is not there', async () => {
    const trade = await placingTrade(db);
    await expect(db.trades.commit(changeTo(trade, { clientOrderId: 'nobody' }))).rejects.toThrow(TradeNotFoundError);
  });
});

describe('money and time', () => {
  it.each([
    '0.00000001',
    '21220.6399999973697697',
    '123456789012345678901234567890.123456789012345678901234567891',
    '10.50',
    '100000000000000000000',
  ])('keeps %s digit for digit', async (filledSize) => {
    const trade = await placingTrade(db);
    const figures = { filledSize, averageFilledPrice: filledSize, filledValue: filledSize, totalFees: filledSize };
    expect(await db.trades.commit(changeTo(trade, figures))).toMatchObject(figures);
    expect(await db.trades.find(trade.clientOrderId)).toMatchObject(figures);
  });

  it('sees a change in the last of many digits', async () => {
    const trade = await placingTrade(db);
    const first = await db.trades.commit(changeTo(trade, { totalFees: '0.12345678901234567890' }));
    const next = await db.trades.commit(changeTo(first, { totalFees: '0.12345678901234567891' }));
    expect(next.totalFees).toBe('0.12345678901234567891');
  });

  it.each([
    ['2026-11-23T12:00:00.500Z', '2026-11-23T12:00:00.500Z'],
    ['2026-11-23T12:00:00.123456Z', '2026-11-23T12:00:00.123456Z'],
    ['2026-11-23T12:00:00Z', '2026-11-23T12:00:00.000Z'],
    ['2026-11-23T17:30:00+05:30', '2026-11-23T12:00:00.000Z'],
  ])('gives the time %s back as %s', async (given, back) => {
    const trade = await placingTrade(db);
    const times = { filledAt: given, fillDetectedAt: given, staleSince: given };
    expect(await db.trades.commit(changeTo(trade, times))).toMatchObject({
      filledAt: back,
      fillDetectedAt: back,
      staleSince: back,
    });
  });

  it('stores what PostgreSQL cannot as the replacement character, instead of failing for ever', async () => {
    const trade = await placingTrade(db);
    const odd = { text: 'a\u0000b', half: '\ud800', literal: '\\u0000', '\u0000': 'key' };
    await db.trades.commit(changeTo(trade, { reason: 'x\u0000y' }, { requestedBy: '\u0000', evidence: odd }));
    expect((await db.trades.events(trade.clientOrderId)).at(-1)).toMatchObject({
      requestedBy: '\ufffd',
      evidence: { text: 'a\ufffdb', half: '\ufffd', literal: '\\u0000', '\ufffd': 'key' },
    });
    expect(await db.trades.find(trade.clientOrderId)).toMatchObject({ reason: 'x\ufffdy' });
    expect(await db.trades.findByEitherId('\u0000')).toBeNull();
  });
});
