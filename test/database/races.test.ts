import type { EntityManager } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import type { Fact } from '../../src/domain/order/fact.ts';
import type { Trade } from '../../src/domain/order/trade.ts';
import type { StoredEvent } from '../../src/ports/trade-store.ts';
import { eventually } from '../support/waiting.ts';
import {
  acceptedFact,
  msAgo,
  newIntent,
  notedFact,
  observedFact,
  placementClosedFact,
  placingTrade,
  resolvedFact,
  twoConnections,
  type TwoConnections,
} from './fixtures.ts';
import { onOwnConnection, lockRow, whileLocked } from './locks.ts';

let connections: TwoConnections;
let url: string;
let db: Database;
let second: Database;
beforeAll(async () => {
  connections = await twoConnections();
  ({ url, db, second } = connections);
});
afterAll(() => connections?.close());

/** What all of them were answered; throws what one of them failed with. */
function answers<T>(outcomes: PromiseSettledResult<T>[]): T[] {
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

/** Every event begins with the status that the one before it ended with. */
function expectToFollow(events: StoredEvent[]): void {
  const [, ...left] = events.map(({ fromStatus }) => fromStatus);
  expect(left).toEqual(events.slice(0, -1).map(({ toStatus }) => toStatus));
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

describe('writers of the same fact at the same moment', () => {
  it.each<[string, (trade: Trade) => Fact, Partial<Trade>]>([
    ['that alters the row', (trade) => observedFact(trade, { filledSize: '0.1' }), { filledSize: '0.1' }],
    ['that alters no column', () => notedFact(), {}],
  ])('write one event of a fact %s', async (_what, factOf, fields) => {
    const trade = await placingTrade(db);
    const { clientOrderId } = trade;
    const fact = factOf(trade);
    const outcomes = await whileLocked(url, lockRow(clientOrderId), () => [
      db.trades.apply(clientOrderId, fact, trade),
      second.trades.apply(clientOrderId, fact),
      db.trades.apply(clientOrderId, fact),
      second.trades.apply(clientOrderId, fact, trade),
    ]);
    const row = await db.trades.find(clientOrderId);
    expect(row).toMatchObject(fields);
    const applied = answers(outcomes);
    expect(applied.map((one) => one.trade)).toEqual([row, row, row, row]);
    expect(applied.filter(({ isNews }) => isNews)).toHaveLength(1);
    expect(await db.trades.events(clientOrderId)).toHaveLength(2);
  });
});

describe('writers of different facts at the same moment', () => {
  it('are all applied, each to the row that the others left', async () => {
    const trade = await placingTrade(db);
    const { clientOrderId } = trade;
    const facts = [
      acceptedFact(trade),
      observedFact(trade, { filledSize: '0.1' }),
      notedFact(),
      observedFact(trade, { status: 'FILLED', filledSize: '1' }),
      notedFact(),
    ];
    const outcomes = await whileLocked(url, lockRow(clientOrderId), () =>
      facts.map((fact, index) => (index % 2 === 0 ? db : second).trades.apply(clientOrderId, fact, trade)),
    );
    answers(outcomes);
    const events = await db.trades.events(clientOrderId);
    const written = new Set(events.map(({ factKey }) => factKey));
    // The order's end tells its id and its size: if it comes first, the other two bring nothing new.
    expect([...written]).toEqual(expect.arrayContaining([2, 3, 4].map((index) => facts[index]?.key)));
    expect(written.size).toBe(events.length);
    expectToFollow(events);
    expect(await db.trades.find(clientOrderId)).toMatchObject({
      status: 'completed',
      orderId: `exchange-${clientOrderId}`,
      filledSize: '1',
    });
  });

  it('may be many and repeat themselves: each fact is recorded once', async () => {
    const trade = await placingTrade(db);
    const { clientOrderId } = trade;
    const sizes = Array.from({ length: 8 }, (_, n) => observedFact(trade, { filledSize: `0.${n + 1}` }));
    const notes = Array.from({ length: 8 }, () => notedFact());
    const facts = [...sizes, ...notes, ...sizes, ...notes];
    await Promise.all(
      facts.map((fact, n) =>
        (n % 2 === 0 ? db : second).trades.apply(clientOrderId, fact, n % 3 === 0 ? trade : undefined),
      ),
    );
    const events = await db.trades.events(clientOrderId);
    expectToFollow(events);
    const keys = events.map(({ factKey }) => factKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toEqual(expect.arrayContaining(notes.map(({ key }) => key)));
    expect(await db.trades.find(clientOrderId)).toMatchObject({ filledSize: '0.8' });
  });

  it('of one exchange id for two trades give it to one of them, and name that one to the other', async () => {
    const [one, other] = [await placingTrade(db), await placingTrade(db)];
    const orderId = 'x-claimed-twice';
    const claims = await Promise.allSettled(
      [one, other].map((trade, n) =>
        (n === 0 ? db : second).trades.apply(trade.clientOrderId, acceptedFact(trade, { orderId }), trade),
      ),
    );
    const winner = claims[0]?.status === 'fulfilled' ? one : other;
    expect(claims.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { name: 'OrderIdTakenError', orderId, takenBy: winner.clientOrderId },
    });
    expect(await db.trades.findByEitherId(orderId)).toMatchObject({ clientOrderId: winner.clientOrderId });
  });
});

describe('a fact that is applied again', () => {
  it('does nothing when the row has moved on, known or not', async () => {
    const trade = await placingTrade(db);
    const { clientOrderId } = trade;
    const fact = observedFact(trade, { filledSize: '0.1' });
    await db.trades.apply(clientOrderId, fact, trade);
    const { trade: ended } = await db.trades.apply(clientOrderId, observedFact(trade, { status: 'CANCELLED' }));
    for (const known of [undefined, trade, ended]) {
      expect(await db.trades.apply(clientOrderId, fact, known)).toEqual({ trade: ended, isNews: false, alert: null });
    }
    expect(await db.trades.events(clientOrderId)).toHaveLength(3);
  });

  it('does nothing when the row is still as the caller knows it', async () => {
    const trade = await placingTrade(db);
    const fact = notedFact();
    await db.trades.apply(trade.clientOrderId, fact, trade);
    const other = observedFact(trade, { filledSize: '0.1' }, { key: fact.key });
    expect(await db.trades.apply(trade.clientOrderId, other, trade)).toEqual({ trade, isNews: false, alert: null });
    expect(await causesOf(trade)).toEqual(['intent', 'manual_sync_failed']);
  });
});

describe('a row that has changed since it was read', () => {
  it('keeps its end, and the fact is decided on that', async () => {
    const trade = await placingTrade(db);
    const { clientOrderId } = trade;
    await db.trades.apply(clientOrderId, observedFact(trade, { status: 'CANCELLED' }), trade);
    const late = await db.trades.apply(clientOrderId, observedFact(trade, { status: 'OPEN' }), trade);
    expect(late).toMatchObject({ trade: { status: 'cancelled' }, alert: { kind: 'contradiction' } });
    expect((await db.trades.events(clientOrderId)).at(-1)).toMatchObject({
      cause: 'late_observation',
      fromStatus: 'cancelled',
      toStatus: 'cancelled',
    });
  });

  it.each([
    ['known', (trade: Trade) => trade],
    ['read', () => undefined],
  ])('keeps its end even where that is committed while a row that was %s is being written', async (_how, knownAs) => {
    const trade = await placingTrade(db);
    const fact = observedFact(trade, { status: 'OPEN' });
    const apply = () => [db.trades.apply(trade.clientOrderId, fact, knownAs(trade))];
    const [applied] = answers(await whileLocked(url, endRow(trade), apply));
    expect(applied?.trade).toMatchObject({ status: 'expired', orderId: fact.order.orderId });
    expect((await db.trades.events(trade.clientOrderId)).at(-1)).toMatchObject({
      cause: 'late_observation',
      fromStatus: 'expired',
      toStatus: 'expired',
    });
  });

  it('is returned to a writer whose fact changes no column', async () => {
    const trade = await placingTrade(db);
    answers(await whileLocked(url, endRow(trade), () => [db.trades.apply(trade.clientOrderId, notedFact(), trade)]));
    expect((await db.trades.events(trade.clientOrderId)).at(-1)).toMatchObject({
      fromStatus: 'expired',
      toStatus: 'expired',
    });
  });

  it('may leave nothing to be decided', async () => {
    const trade = await placingTrade(db);
    const close = () => [db.trades.apply(trade.clientOrderId, placementClosedFact(), trade)];
    const [applied] = answers(await whileLocked(url, endRow(trade), close));
    expect(applied).toMatchObject({ trade: { status: 'expired' }, isNews: false, alert: null });
    expect(await causesOf(trade)).toEqual(['intent']);
  });

  it('is read again if the fact changes nothing in the row as the caller knows it', async () => {
    const trade = await placingTrade(db);
    const { clientOrderId } = trade;
    const known = (await db.trades.apply(clientOrderId, acceptedFact(trade))).trade;
    const order = null;
    const checked = { type: 'checked', key: 'c', at: msAgo(0), order, looks: 1, lastError: null } as const;
    await db.trades.apply(clientOrderId, checked);
    const closed = { type: 'window-closed', key: 'w', at: msAgo(0) } as const;
    expect(await db.trades.apply(clientOrderId, closed, known)).toMatchObject({
      trade: { status: 'stale' },
      isNews: true,
      alert: { kind: 'stale' },
    });
  });

  it('differs in updated_at from all that it was before, even when the clock was set back', async () => {
    const trade = await placingTrade(db);
    const { clientOrderId } = trade;
    const ahead = (microseconds: number) => `2999-01-01T00:00:00.12345${microseconds}Z`;
    await onOwnConnection(url, (em) =>
      em.execute('update trades set updated_at = ? where client_order_id = ?', [ahead(5), clientOrderId]),
    );
    const attempted = (await db.trades.beginPostAttempt(clientOrderId)).trade;
    const changed = (await db.trades.apply(clientOrderId, acceptedFact(trade))).trade;
    const noted = (await db.trades.apply(clientOrderId, notedFact())).trade;
    const again = (await db.trades.apply(clientOrderId, observedFact(trade, { filledSize: '0.1' }), changed)).trade;
    const ended = (await db.trades.apply(clientOrderId, resolvedFact())).trade;
    expect([attempted, changed, noted, again, ended].map(({ updatedAt }) => updatedAt)).toEqual(
      [6, 7, 7, 8, 9].map(ahead),
    );
  });
});

/** Waits until the window of a second has closed by the database's clock. */
function untilClosed({ clientOrderId }: Trade): (em: EntityManager) => Promise<unknown> {
  const query = `select clock_timestamp() > created_at + interval '1 second' as closed from trades where client_order_id = ?`;
  return (em) =>
    eventually(async () => (await em.execute<{ closed: boolean }[]>(query, [clientOrderId]))[0]?.closed, {
      withinMs: 5_000,
      what: 'the window to close',
    });
}

describe('an attempt that waits for the row', () => {
  it.each([
    ['is left as it was', (trade: Trade) => lockRow(trade.clientOrderId)],
    ['has changed', bumpRow],
  ])('is refused when the window closes meanwhile and the row %s', async (_what, hold) => {
    const intent = newIntent({ policy: { ...newIntent().policy, placeForMs: 1_000 } });
    const { trade } = await db.trades.insertIntent(intent, { requestedAt: msAgo(0), attempt: false });
    const attempt = () => [db.trades.beginPostAttempt(trade.clientOrderId)];
    const [permit] = answers(await whileLocked(url, hold(trade), attempt, untilClosed(trade)));
    expect(permit).toMatchObject({ kind: 'window-closed', trade: { postAttempts: 0 } });
    expect(await causesOf(trade)).toEqual(['intent']);
  });

  it.each([
    ['is left as it was', (trade: Trade) => lockRow(trade.clientOrderId)],
    ['has changed', bumpRow],
  ])('is permitted in time when the row %s', async (_what, hold) => {
    const trade = await placingTrade(db);
    const attempt = () => [db.trades.beginPostAttempt(trade.clientOrderId)];
    const [permit] = answers(await whileLocked(url, hold(trade), attempt));
    expect(permit).toMatchObject({ kind: 'granted', trade: { postAttempts: 1 } });
    expect(permit?.trade).toEqual(await db.trades.find(trade.clientOrderId));
    expect(await causesOf(trade)).toEqual(['intent', 'post_attempt']);
  });

  it('is refused when the order has ended meanwhile', async () => {
    const trade = await placingTrade(db);
    const attempt = () => [db.trades.beginPostAttempt(trade.clientOrderId)];
    const [permit] = answers(await whileLocked(url, endRow(trade), attempt));
    expect(permit).toMatchObject({ kind: 'settled', trade: { status: 'expired', postAttempts: 0 } });
    expect(await causesOf(trade)).toEqual(['intent']);
  });
});
