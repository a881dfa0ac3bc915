import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY } from '../../../src/domain/order/policy.ts';
import { openTrades, idsOf, kindsOf, MARKET_TRADE, pushed, resting, shown, SimulatedFeed } from './simulated-feed.ts';

const SLOW = { ...DEFAULT_POLICY, monitorIntervalMs: 60_000 };

describe('a few open orders', () => {
  it('are all asked for at once when the feed starts, then each at its own pace', () => {
    const feed = new SimulatedFeed().read(0, resting('a'), resting('b', { policy: SLOW }));
    const first = feed.asks(0);
    expect(idsOf(first)).toEqual(['x-a', 'x-b']);
    feed.answer(20, first, shown('a'), shown('b'));

    expect(feed.asks(1_950)).toEqual([]);
    expect(idsOf(feed.asks(2_000))).toEqual(['x-a']);
    expect(idsOf(feed.asks(60_000))).toEqual(['x-b']);
  });

  it('are asked for one interval after they became open', () => {
    const feed = new SimulatedFeed().read(0).read(250, resting('a'));
    expect(feed.asks(1_950)).toEqual([]);
    expect(idsOf(feed.asks(2_000))).toEqual(['x-a']);
  });

  it('are not asked for twice while the answer is under way', () => {
    const feed = new SimulatedFeed().read(0, resting('a'));
    const first = feed.asks(0);
    expect(feed.asks(2_000)).toEqual([]);
    feed.answer(2_100, first, shown('a'));
    expect(idsOf(feed.asks(2_150))).toEqual(['x-a']);
  });

  it('go fifty to a request, four requests at once', () => {
    const feed = new SimulatedFeed().read(0, ...openTrades(100, { policy: SLOW }));
    expect(feed.asks(0).map((poll) => idsOf([poll]).length)).toEqual([50, 50]);
  });

  it('that are being placed are left to their own activities', () => {
    expect(new SimulatedFeed().read(0, resting('a', { status: 'placing' })).asks(0)).toEqual([]);
  });

  it('that are not in the answer, or stale, are asked for with growing waits, up to a minute', () => {
    const feed = new SimulatedFeed().read(0, resting('a', { status: 'stale' }), resting('b'));
    const askedAt: Record<string, number[]> = { 'x-a': [], 'x-b': [] };
    for (let ms = 0; ms <= 190_000; ms += 50) {
      const polls = feed.asks(ms);
      for (const id of idsOf(polls)) askedAt[id]?.push(ms / 1_000);
      feed.answer(ms, polls, shown('a'));
    }
    expect(askedAt['x-a']).toEqual([0, 4, 12, 28, 60, 120, 180]);
    expect(askedAt['x-b']).toEqual([0, 4, 12, 28, 60, 120, 180]);
  });

  it('keep their pace while the exchange does not answer', () => {
    const feed = new SimulatedFeed().read(0, resting('a'));
    const askedAt: number[] = [];
    for (let ms = 0; ms <= 6_000; ms += 50) {
      const polls = feed.asks(ms);
      if (polls.length > 0) askedAt.push(ms);
      feed.fails(ms, polls);
    }
    expect(askedAt).toEqual([0, 2_000, 4_000, 6_000]);
  });

  it('without an exchange id are searched for one after the other', () => {
    const feed = new SimulatedFeed();
    feed.read(0, resting('a', { status: 'stale', orderId: null }), resting('b', { status: 'stale', orderId: null }));
    const first = feed.asks(0);
    expect(first).toMatchObject([{ kind: 'search', clientOrderId: 'a' }]);
    feed.answer(100, first);
    expect(feed.asks(100)).toMatchObject([{ kind: 'search', clientOrderId: 'b' }]);
  });

  it('without an exchange id are searched for again as usual after a failure, and the others are asked for meanwhile', () => {
    const feed = new SimulatedFeed().read(0, resting('a', { status: 'stale', orderId: null }), resting('b'));
    const askedAt: Record<string, number[]> = { search: [], orders: [] };
    for (let ms = 0; ms <= 8_000; ms += 50) {
      const polls = feed.asks(ms);
      for (const { kind } of polls) askedAt[kind]?.push(ms / 1_000);
      feed.fails(
        ms,
        polls.filter(({ kind }) => kind === 'search'),
      );
      feed.answer(
        ms,
        polls.filter(({ kind }) => kind === 'orders'),
        shown('b'),
      );
    }
    expect(askedAt).toEqual({ search: [0, 2, 4, 6, 8], orders: [0, 2, 4, 6, 8] });
  });

  it('are asked for at once if a push is late or has no filled size, and when push begins', () => {
    const feed = new SimulatedFeed().read(0, resting('a'), resting('b'), resting('c'));
    feed.answer(0, feed.asks(0), shown('a'), shown('b'), shown('c'));
    feed.tracker.pushed(pushed('a', 'FILLED', '2'), { isLate: true }, 0);
    feed.tracker.pushed(pushed('b', 'OPEN', null), { isLate: false }, 0);
    const polls = feed.asks(100);
    expect(idsOf(polls)).toEqual(['x-a', 'x-b']);
    feed.answer(150, polls, shown('a'), shown('b'));
    feed.tracker.connected(0);
    expect(idsOf(feed.asks(200))).toHaveLength(3);
  });

  it('are asked for at once when the account has new fills of them', () => {
    const feed = new SimulatedFeed().read(0, resting('a'), resting('b'));
    feed.answer(0, feed.asks(0), shown('a'), shown('b'));
    feed.tracker.filled(['x-b', 'x-unknown']);
    expect(idsOf(feed.asks(500))).toEqual(['x-b']);
  });

  it('of which fills come while an answer is under way are asked for again', () => {
    const feed = new SimulatedFeed().read(0, resting('a'));
    const first = feed.asks(0);
    feed.tracker.filled(['x-a']);
    feed.answer(100, first, shown('a'));
    expect(idsOf(feed.asks(150))).toEqual(['x-a']);
  });
});

describe('what is asked first', () => {
  it.each([
    ['an order that blocks its bot', [MARKET_TRADE], true, 'blocked-bot'],
    ['a stale order', [resting('a', { status: 'stale' })], true, 'blocked-bot'],
    ['a resting order', [resting('a')], true, 'sweep'],
    ['many orders with push down', [resting('a'), resting('b')], false, 'shared'],
    ['one order with push down', [resting('a')], false, 'sweep'],
  ] as const)('%s', (_what, trades, isPushed, priority) => {
    const feed = new SimulatedFeed().read(0, ...trades);
    feed.isPushed = isPushed;
    expect(feed.asks(0)).toMatchObject([{ kind: 'orders', priority }]);
  });

  it('the list of open orders goes before looks while push is down', () => {
    const feed = new SimulatedFeed().read(0, ...openTrades(101));
    const polls = feed.asks(0);
    expect(kindsOf(polls)).toEqual(['open-orders']);
    expect(polls).toMatchObject([{ priority: 'shared' }]);
  });
});
