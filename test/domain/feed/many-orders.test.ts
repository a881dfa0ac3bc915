import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY } from '../../../src/domain/order/policy.ts';
import { openTrades, idsOf, kindsOf, shown, SimulatedFeed } from './simulated-feed.ts';

const MANY = 1_200;
const all = openTrades(MANY);
const allShown = all.map(({ clientOrderId }) => shown(clientOrderId));
const SLOW = { ...DEFAULT_POLICY, monitorIntervalMs: 60_000, monitorForMs: 600_000 };

/** When the list of open orders is asked for, if all is answered at once with `orders`. */
function listedAt(feed: SimulatedFeed, untilMs: number, orders = allShown): number[] {
  const times: number[] = [];
  for (let ms = 0; ms <= untilMs; ms += 50) {
    const polls = feed.asks(ms);
    if (kindsOf(polls).includes('open-orders')) times.push(ms);
    feed.answer(ms, polls, ...orders);
  }
  return times;
}

describe('very many open orders', () => {
  it('is compared with the list of open orders, at once and then half a round after the fills', () => {
    expect(listedAt(new SimulatedFeed().read(0, ...all), 7_000)).toEqual([0, 3_000, 5_000, 7_000]);
  });

  it('needs the list twice a minute while changes are pushed', () => {
    const feed = new SimulatedFeed().read(0, ...all);
    feed.isPushed = true;
    expect(listedAt(feed, 65_000)).toEqual([0, 31_000, 63_000]);
  });

  it('that are rarely looked at is listed in time, too', () => {
    const slow = openTrades(MANY, { policy: SLOW });
    expect(listedAt(new SimulatedFeed().read(0, ...slow), 130_000)).toEqual([0, 61_000, 121_000]);
  });

  it('is listed at once when push begins', () => {
    const feed = new SimulatedFeed().read(0, ...all);
    feed.isPushed = true;
    listedAt(feed, 1_000);
    feed.tracker.connected(0);
    expect(kindsOf(feed.asks(1_100))).toEqual(['open-orders']);
  });

  it('is asked for by id only where the list lacks an order', () => {
    const feed = new SimulatedFeed().read(0, ...all);
    feed.answer(0, feed.asks(0), ...allShown.slice(3));
    const polls = feed.asks(50);
    expect(idsOf(polls)).toEqual(['x-c0', 'x-c1', 'x-c2']);
    feed.answer(60, polls, shown('c1', 'FILLED', '2'));
    expect(feed.reports(60)).toEqual(['c1: FILLED 2 by sweep']);
  });

  it('does not ask again for what a newer answer has shown', () => {
    const feed = new SimulatedFeed().read(0, ...all);
    const list = feed.asks(0);
    feed.tracker.filled(['x-c0']);
    feed.answer(20, feed.asks(10), shown('c0'));
    feed.answer(100, list, ...allShown.slice(1));
    expect(idsOf(feed.asks(150))).toEqual([]);
  });

  it('is asked for by id when the list fails, a thousand in a round, the oldest confirmations first', () => {
    const feed = new SimulatedFeed().read(0, ...all);
    feed.answer(0, feed.asks(0), ...allShown.slice(0, 600));
    // The others are asked for by id, and so confirmed later.
    for (let ms = 50; ms < 1_000; ms += 50) feed.answer(ms, feed.asks(ms), ...allShown.slice(600));
    feed.asks(2_000);
    feed.fails(3_000, feed.asks(3_000));
    const asked: string[] = [];
    for (let ms = 3_050; ms < 4_000; ms += 50) {
      const polls = feed.asks(ms);
      asked.push(...idsOf(polls));
      feed.answer(ms, polls, ...allShown);
    }
    expect(asked).toHaveLength(1_000);
    expect(asked.slice(0, 600).every((id) => Number(id.slice(3)) < 600)).toBe(true);
  });

  it('has its list asked for at once after an error of the account’s fills', () => {
    const feed = new SimulatedFeed().read(0, ...all);
    feed.isPushed = true;
    listedAt(feed, 1_000);
    const fills = { kind: 'account-fills', from: '', isNeeded: true, priority: 'sweep' } as const;
    feed.fails(1_500, [fills]);
    expect(kindsOf(feed.asks(2_000))).toContain('open-orders');
  });

  it('has one list asked for at a time, however slow it is', () => {
    const feed = new SimulatedFeed().read(0, ...all);
    const lists: number[] = [];
    for (let ms = 0; ms <= 10_000; ms += 50) if (kindsOf(feed.asks(ms)).includes('open-orders')) lists.push(ms);
    expect(lists).toEqual([0]);
  });
});
