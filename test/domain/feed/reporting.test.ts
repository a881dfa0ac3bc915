import { describe, expect, it } from '@jest/globals';
import { pushed, resting, shown, SimulatedFeed, START_MS } from './simulated-feed.ts';

/** Two orders that were asked for a moment ago and stand as their rows say. */
function following(): SimulatedFeed {
  const feed = new SimulatedFeed().read(0, resting('a'), resting('b'));
  return feed.answer(0, feed.asks(0), shown('a'), shown('b'));
}

function push(feed: SimulatedFeed, ms: number, ...fields: Parameters<typeof pushed>): boolean {
  return feed.tracker.pushed(pushed(...fields), { isLate: false }, START_MS + ms);
}

describe('what is pushed', () => {
  it('is reported at once if the order has ended', () => {
    const feed = following();
    push(feed, 1_000, 'a', 'FILLED', '2');
    expect(feed.reports(1_000)).toEqual(['a: FILLED 2 by push']);
    expect(feed.reports(2_000)).toEqual([]);
  });

  it.each(['placing', 'pending', 'stale'] as const)('is believed at once while the order is %s', (status) => {
    const feed = new SimulatedFeed().read(0, resting('a', { status, orderId: null }));
    push(feed, 0, 'a', 'FILLED', '2');
    expect(feed.reports(0)).toEqual(['a: FILLED 2 by push']);
  });

  it('of a burst of partial fills is reported once, by the last', () => {
    const feed = following();
    push(feed, 0, 'a', 'OPEN', '0.5');
    push(feed, 100, 'a', 'OPEN', '1');
    push(feed, 200, 'a', 'OPEN', '1.5');
    expect(feed.reports(250)).toEqual([]);
    expect(feed.reports(300)).toEqual(['a: OPEN 1.5 by push']);
  });

  it('of a partial fill is not reported after the end', () => {
    const feed = following();
    push(feed, 0, 'a', 'OPEN', '1');
    push(feed, 0, 'a', 'FILLED', '2');
    expect(feed.reports(1_000)).toEqual(['a: FILLED 2 by push']);
  });

  it('of a change that the row has learnt by itself meanwhile is not reported', () => {
    const feed = new SimulatedFeed().read(0, resting('a', { status: 'placing', orderId: null }));
    push(feed, 0, 'a', 'OPEN', '0');
    feed.read(250, resting('a', { status: 'placing' }));
    expect(feed.reports(1_000)).toEqual([]);
  });

  it('of an order that is not tracked is handed back', () => {
    const feed = following();
    expect(push(feed, 0, 'foreign', 'FILLED', '2')).toBe(false);
    expect(push(feed, 0, 'a', 'FILLED', '2')).toBe(true);
  });

  it('is reported again when it is seen again, if nobody received it', () => {
    const feed = following();
    push(feed, 0, 'a', 'FILLED', '2');
    feed.reports(0);
    feed.tracker.notReported('a');
    feed.answer(2_000, feed.asks(2_000), shown('a', 'FILLED', '2'), shown('b'));
    expect(feed.reports(2_000)).toEqual(['a: FILLED 2 by sweep']);
  });
});

describe('an order that has ended', () => {
  it('is tracked no more, and a reading that began before does not bring it back', () => {
    const feed = following();
    feed.tracker.learn({ ...resting('a'), status: 'completed' }, START_MS + 1_000);
    feed.read(900, resting('a'), resting('b'));
    expect(feed.tracker.isOpen('x-a')).toBe(false);
    feed.read(1_100, resting('a'), resting('b'));
    expect(feed.tracker.isOpen('x-a')).toBe(true);
  });

  it('is not lost when it was found while a reading was under way', () => {
    const feed = following();
    feed.tracker.learn(resting('late'), START_MS + 1_000);
    feed.read(900, resting('a'), resting('b'));
    expect(feed.tracker.isOpen('x-late')).toBe(true);
    feed.read(1_100, resting('a'), resting('b'));
    expect(feed.tracker.isOpen('x-late')).toBe(false);
  });
});
