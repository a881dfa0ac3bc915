import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import { OrderIdTakenError, TradeNotFoundError } from '../../src/ports/trade-store.ts';
import {
  acceptedFact,
  msAgo,
  notedFact,
  observedFact,
  placementClosedFact,
  placingTrade,
  resolvedFact,
  twoConnections,
  type TwoConnections,
} from './fixtures.ts';

let connections: TwoConnections;
let db: Database;
let second: Database;
beforeAll(async () => {
  connections = await twoConnections();
  ({ db, second } = connections);
});
afterAll(() => connections?.close());

describe('apply', () => {
  it('writes the row and the event that the rule derives from the fact, and returns the row as stored', async () => {
    const trade = await placingTrade(db);
    const requester = { requestedBy: 'ann', reason: 'because' };
    const evidence = { nested: { list: [1, null] } };
    const fact = observedFact(trade, { filledSize: '0.1' }, { requester, evidence });

    const applied = await db.trades.apply(trade.clientOrderId, fact);

    expect(applied).toMatchObject({ isNews: true, alert: null, trade: { status: 'placing', filledSize: '0.1' } });
    expect(await db.trades.find(trade.clientOrderId)).toEqual(applied.trade);
    expect((await db.trades.events(trade.clientOrderId)).at(-1)).toEqual({
      at: expect.any(String),
      fromStatus: 'placing',
      toStatus: 'placing',
      state: 'immediate-check',
      cause: 'manual_sync',
      source: 'look',
      ...requester,
      sentBy: null,
      evidence: expect.objectContaining({ status: 'OPEN', filled_size: '0.1', ...evidence }),
      factKey: fact.key,
    });
  });

  it('records each status as the event before it left it', async () => {
    const trade = await placingTrade(db);
    const { clientOrderId } = trade;
    await db.trades.apply(clientOrderId, acceptedFact(trade));
    await db.trades.apply(clientOrderId, notedFact());
    const order = null;
    await db.trades.apply(clientOrderId, { type: 'checked', key: 'c', at: msAgo(0), order, looks: 3, lastError: null });
    await db.trades.apply(clientOrderId, observedFact(trade, { status: 'FILLED', filledSize: '1' }));

    const events = await db.trades.events(clientOrderId);
    expect(events.map(({ cause, fromStatus, toStatus }) => [cause, fromStatus, toStatus])).toEqual([
      ['intent', null, 'placing'],
      ['accepted', 'placing', 'placing'],
      ['manual_sync_failed', 'placing', 'placing'],
      ['unchecked', 'placing', 'pending'],
      ['observed', 'pending', 'completed'],
    ]);
  });

  it('returns the alert that the rule raises, once', async () => {
    const trade = await placingTrade(db);
    const fact = observedFact(trade, { productId: 'ETH-USD' });
    const { alert } = await db.trades.apply(trade.clientOrderId, fact);
    expect(alert).toMatchObject({ kind: 'intent-mismatch' });
    expect(await db.trades.apply(trade.clientOrderId, fact)).toMatchObject({ isNews: false, alert: null });
  });

  it('changes nothing when the same key is applied again, even at the same moment', async () => {
    const trade = await placingTrade(db);
    const fact = observedFact(trade, { filledSize: '0.1' });
    const applied = await Promise.all([db, second, db].map((store) => store.trades.apply(trade.clientOrderId, fact)));
    expect(applied.filter(({ isNews }) => isNews)).toHaveLength(1);
    const again = await db.trades.apply(trade.clientOrderId, observedFact(trade, { filledSize: '0.2' }, fact));
    expect(again).toEqual({ trade: applied[0]?.trade, isNews: false, alert: null });
    expect(await db.trades.events(trade.clientOrderId)).toHaveLength(2);
  });

  it('accepts the same key for another order', async () => {
    const one = await placingTrade(db);
    const other = await placingTrade(db);
    const fact = placementClosedFact({ key: 'same' });
    await db.trades.apply(one.clientOrderId, fact);
    expect(await db.trades.apply(other.clientOrderId, fact)).toMatchObject({ isNews: true });
  });

  it('writes an event for a fact that alters no column, and leaves updated_at alone', async () => {
    const trade = await placingTrade(db);
    const applied = await db.trades.apply(trade.clientOrderId, notedFact());
    expect(applied).toEqual({ trade, isNews: true, alert: null });
    expect(await db.trades.find(trade.clientOrderId)).toEqual(trade);
    expect((await db.trades.events(trade.clientOrderId)).map(({ cause }) => cause)).toEqual([
      'intent',
      'manual_sync_failed',
    ]);
  });

  it('writes nothing for a fact that brings nothing new', async () => {
    const trade = await placingTrade(db);
    const fact = acceptedFact(trade);
    const { trade: accepted } = await db.trades.apply(trade.clientOrderId, fact);
    const again = acceptedFact(trade);
    for (const known of [undefined, accepted]) {
      expect(await db.trades.apply(trade.clientOrderId, again, known)).toEqual({
        trade: accepted,
        isNews: false,
        alert: null,
      });
    }
    expect(await db.trades.events(trade.clientOrderId)).toHaveLength(2);
  });

  it('leaves an ended trade ended, and corrects it where an operator had ended it', async () => {
    const trade = await placingTrade(db);
    const { clientOrderId } = trade;
    await db.trades.apply(clientOrderId, observedFact(trade, { status: 'CANCELLED' }));
    await db.trades.apply(clientOrderId, observedFact(trade, { status: 'OPEN' }));
    expect((await db.trades.events(clientOrderId)).at(-1)).toMatchObject({
      fromStatus: 'cancelled',
      toStatus: 'cancelled',
      cause: 'late_observation',
    });
    const other = await placingTrade(db);
    await db.trades.apply(other.clientOrderId, acceptedFact(other));
    await db.trades.apply(other.clientOrderId, resolvedFact());
    const filled = observedFact(other, { status: 'FILLED', filledSize: '1' });
    expect(await db.trades.apply(other.clientOrderId, filled)).toMatchObject({
      trade: { status: 'completed', orderId: filled.order.orderId },
      alert: { kind: 'corrected' },
    });
  });

  it('names both trades when the exchange id belongs to another, and changes nothing', async () => {
    const owner = await placingTrade(db);
    const other = await placingTrade(db);
    await db.trades.apply(owner.clientOrderId, acceptedFact(owner, { orderId: 'x-taken' }));
    const fact = acceptedFact(other, { orderId: 'x-taken' });
    for (const known of [undefined, other]) {
      const apply = db.trades.apply(other.clientOrderId, fact, known);
      await expect(apply).rejects.toThrow(OrderIdTakenError);
      await expect(apply).rejects.toMatchObject({
        orderId: 'x-taken',
        clientOrderId: other.clientOrderId,
        takenBy: owner.clientOrderId,
      });
    }
    expect(await db.trades.find(other.clientOrderId)).toEqual(other);
    expect(await db.trades.events(other.clientOrderId)).toHaveLength(1);
  });

  it('rejects for a trade that does not exist, known or not', async () => {
    const trade = { ...(await placingTrade(db)), clientOrderId: 'nobody' };
    await expect(db.trades.apply('nobody', notedFact())).rejects.toThrow(TradeNotFoundError);
    await expect(db.trades.apply('nobody', notedFact(), trade)).rejects.toThrow(TradeNotFoundError);
  });
});

describe('money and time', () => {
  it.each([
    '0.00000001',
    '21220.6399999973697697',
    '123456789012345678901234567890.123456789012345678901234567891',
    '10.50',
    '100000000000000000000',
  ])('keeps %s digit for digit', async (size) => {
    const trade = await placingTrade(db);
    const figures = { filledSize: size, averageFilledPrice: size, filledValue: size, totalFees: size };
    const { trade: applied } = await db.trades.apply(trade.clientOrderId, observedFact(trade, figures));
    expect(applied).toMatchObject(figures);
    expect(await db.trades.find(trade.clientOrderId)).toEqual(applied);
  });

  it('sees a change in the last of many digits', async () => {
    const trade = await placingTrade(db);
    await db.trades.apply(trade.clientOrderId, observedFact(trade, { totalFees: '0.12345678901234567890' }));
    const next = observedFact(trade, { totalFees: '0.12345678901234567891' });
    expect(await db.trades.apply(trade.clientOrderId, next)).toMatchObject({
      isNews: true,
      trade: { totalFees: '0.12345678901234567891' },
    });
  });

  it.each([
    ['2026-11-23T12:00:00.500Z', '2026-11-23T12:00:00.500Z'],
    ['2026-11-23T12:00:00.123456Z', '2026-11-23T12:00:00.123456Z'],
    ['2026-11-23T12:00:00.1234567Z', '2026-11-23T12:00:00.123457Z'],
    ['2026-11-23T12:00:00Z', '2026-11-23T12:00:00.000Z'],
    ['2026-11-23T17:30:00+05:30', '2026-11-23T12:00:00.000Z'],
  ])('returns the time %s as %s', async (given, back) => {
    const trade = await placingTrade(db);
    const end = { status: 'FILLED', filledSize: '1', lastFillTime: given };
    const fact = observedFact(trade, end, { at: given });
    const { trade: applied } = await db.trades.apply(trade.clientOrderId, fact, trade);
    expect(applied).toMatchObject({ filledAt: back, fillDetectedAt: back, endedAt: back, lastCheckedAt: back });
    expect(await db.trades.find(trade.clientOrderId)).toEqual(applied);
  });

  it('stores characters that PostgreSQL cannot store as the replacement character, instead of failing for ever', async () => {
    const trade = await placingTrade(db);
    const { clientOrderId } = trade;
    const odd = { text: 'a\u0000b', half: '\ud800', literal: '\\u0000', '\u0000': 'key' };
    const requester = { requestedBy: '\u0000', reason: null };
    const fact = observedFact(trade, { status: 'FAILED', reason: 'x\u0000y' }, { requester, evidence: odd });
    const { trade: applied } = await db.trades.apply(clientOrderId, fact, trade);
    expect((await db.trades.events(clientOrderId)).at(-1)).toMatchObject({
      requestedBy: '\ufffd',
      evidence: { text: 'a\ufffdb', half: '\ufffd', literal: '\\u0000', '\ufffd': 'key' },
    });
    expect(applied).toMatchObject({ reason: 'x\ufffdy' });
    expect(await db.trades.find(clientOrderId)).toEqual(applied);
    expect(await db.trades.findByEitherId('\u0000')).toBeNull();
  });
});
