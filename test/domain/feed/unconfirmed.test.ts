import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY } from '../../../src/domain/order/policy.ts';
import { at, openTrades, MARKET_TRADE, resting, shown, SimulatedFeed, START_MS } from './simulated-feed.ts';

const WINDOW_MS = DEFAULT_POLICY.monitorForMs;

/** Lets the exchange answer nothing. */
function unanswered(feed: SimulatedFeed, fromMs: number, toMs: number): void {
  for (let ms = fromMs; ms <= toMs; ms += 500) feed.fails(ms, feed.asks(ms), 'unreachable');
}

describe('a resting order that no answer confirms', () => {
  it('is reported once after its window, with the last error', () => {
    const feed = new SimulatedFeed().read(0, resting('a'));
    unanswered(feed, 0, WINDOW_MS - 500);
    expect(feed.reports(WINDOW_MS - 500)).toEqual([]);
    unanswered(feed, WINDOW_MS, WINDOW_MS + 10_000);
    expect(feed.tracker.takeReports(START_MS + WINDOW_MS)).toMatchObject([
      { clientOrderId: 'a', fact: { type: 'unconfirmed', since: at(0), lastError: 'unreachable' } },
    ]);
    unanswered(feed, WINDOW_MS + 10_500, 2 * WINDOW_MS);
    expect(feed.reports(2 * WINDOW_MS)).toEqual([]);
  });

  it('is reported where answers come and do not show it', () => {
    const feed = new SimulatedFeed().read(0, resting('a'), resting('b'));
    for (let ms = 0; ms <= WINDOW_MS; ms += 500) feed.answer(ms, feed.asks(ms), shown('b'));
    expect(feed.reports(WINDOW_MS)).toEqual([`a: unconfirmed for ${WINDOW_MS} ms`]);
  });

  it('is not reported where it is a market order, which has a window of its own, or stale already', () => {
    const stale = resting('b', { status: 'stale' });
    const feed = new SimulatedFeed().read(0, MARKET_TRADE, stale, resting('c', { status: 'placing' }));
    unanswered(feed, 0, 2 * WINDOW_MS);
    expect(feed.reports(2 * WINDOW_MS)).toEqual([]);
  });

  it('is asked about often enough to be confirmed within a window shorter than its interval', () => {
    const policy = { ...DEFAULT_POLICY, monitorForMs: 1_000, monitorIntervalMs: 2_000 };
    const feed = new SimulatedFeed().read(0, resting('a', { policy }));
    for (let ms = 0; ms <= 10_000; ms += 50) feed.answer(ms, feed.asks(ms), shown('a'));
    expect(feed.reports(10_000)).toEqual([]);
  });

  it('counts as confirmed by whoever has seen it', () => {
    const feed = new SimulatedFeed().read(0, resting('a'));
    unanswered(feed, 0, 200_000);
    feed.read(200_000, resting('a', { lastCheckedAt: at(150_000) }));
    unanswered(feed, 200_500, WINDOW_MS + 149_500);
    expect(feed.reports(WINDOW_MS)).toEqual([]);
    unanswered(feed, WINDOW_MS + 150_000, WINDOW_MS + 150_000);
    expect(feed.reports(WINDOW_MS + 150_000)).toEqual([`a: unconfirmed for ${WINDOW_MS} ms`]);
  });

  it('counts from when this process first saw it, however long ago it was checked', () => {
    const feed = new SimulatedFeed().read(0).read(1_000, resting('a', { lastCheckedAt: at(-WINDOW_MS) }));
    unanswered(feed, 1_500, WINDOW_MS + 500);
    expect(feed.reports(WINDOW_MS + 500)).toEqual([]);
  });
});

describe('a feed that another process takes over', () => {
  /** `a` was not seen for 280 s, `b` and `market` a moment ago; then another worker takes over, after 8 s. */
  function takenOver(...trades: Parameters<SimulatedFeed['read']>[1][]): SimulatedFeed {
    const before = new SimulatedFeed().read(0, resting('a'), resting('b'));
    for (let ms = 0; ms <= 280_000; ms += 500) before.answer(ms, before.asks(ms), shown('b'));
    const heartbeat: unknown = JSON.parse(JSON.stringify(before.tracker.save(START_MS + 280_000)));
    return new SimulatedFeed(heartbeat).read(288_000, ...trades);
  }

  it('continues with the existing confirmations', () => {
    const feed = takenOver(resting('a'), resting('b'));
    unanswered(feed, 288_000, WINDOW_MS);
    expect(feed.reports(WINDOW_MS)).toEqual([`a: unconfirmed for ${WINDOW_MS} ms`]);
  });

  it('asks about an order before it reports it, however long it was unconfirmed', () => {
    const before = new SimulatedFeed().read(0, resting('a'));
    const heartbeat = before.tracker.save(START_MS);
    const feed = new SimulatedFeed(heartbeat).read(10 * WINDOW_MS, resting('a'));
    unanswered(feed, 10 * WINDOW_MS, 10 * WINDOW_MS + 9_500);
    expect(feed.reports(10 * WINDOW_MS + 9_500)).toEqual([]);
    unanswered(feed, 10 * WINDOW_MS + 10_000, 10 * WINDOW_MS + 10_000);
    expect(feed.reports(10 * WINDOW_MS + 10_000)).toHaveLength(1);
  });

  it('keeps the confirmations it inherited until it has read the open trades', () => {
    const heartbeat = takenOver().tracker.save(START_MS + 288_000);
    const left = new SimulatedFeed({ confirmations: { sinceMs: 5, overdue: [['a', 1]] }, newestFillMs: 7 });
    expect(left.tracker.save(START_MS)).toEqual({
      confirmations: { sinceMs: 5, overdue: [['a', 1]] },
      newestFillMs: 7,
    });
    expect(heartbeat.confirmations).toEqual({ sinceMs: START_MS + 288_000, overdue: [] });
  });

  it('starts from scratch if it inherits nothing, or something invalid', () => {
    for (const saved of [undefined, null, 'x', { confirmations: [1] }]) {
      const feed = new SimulatedFeed(saved).read(0, resting('a'));
      unanswered(feed, 0, WINDOW_MS - 500);
      expect(feed.reports(WINDOW_MS - 500)).toEqual([]);
    }
  });

  it('needs little room for 15,000 orders with long ids, none of which was confirmed for minutes', () => {
    const many = openTrades(15_000).map((trade) => ({ ...trade, clientOrderId: trade.clientOrderId.padEnd(128, 'é') }));
    const feed = new SimulatedFeed().read(0, ...many);
    const saved = JSON.stringify(feed.tracker.save(START_MS + WINDOW_MS));
    expect(Buffer.byteLength(saved)).toBeLessThan(100_000);
  });
});
