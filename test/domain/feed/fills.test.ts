import { describe, expect, it } from '@jest/globals';
import { FillTracker } from '../../../src/domain/feed/fill-tracker.ts';
import { fillsFact, needsShownSize, withTotals } from '../../../src/domain/feed/fills-fact.ts';
import type { AccountFillsPoll, OrderFillsPoll, Poll } from '../../../src/domain/feed/polls.ts';
import { decide } from '../../../src/domain/order/decide.ts';
import { aFill, at, ended, START_MS } from './simulated-feed.ts';

const ROUND = { roundMs: 2_000, hasOpen: true, isPushed: true };
const NONE = new Set<string>();

function isAccount(poll: Poll): poll is AccountFillsPoll {
  return poll.kind === 'account-fills';
}

function isOfOrders(poll: Poll): poll is OrderFillsPoll {
  return poll.kind === 'order-fills';
}

describe('the account’s fills', () => {
  function askedAt(tracker: FillTracker, untilMs: number, round = ROUND): Record<string, boolean> {
    const asked: Record<string, boolean> = {};
    for (let ms = 0; ms <= untilMs; ms += 50) {
      for (const { isNeeded } of tracker.next(round, START_MS + ms).filter(isAccount)) {
        asked[ms] = isNeeded;
        tracker.accountAnswered(isNeeded ? [] : null, START_MS + ms);
      }
    }
    return asked;
  }

  it('are asked for at the pace of the orders that are looked at most often', () => {
    expect(askedAt(new FillTracker(null), 4_000)).toEqual({ 0: true, 2_000: true, 4_000: true });
  });

  it('are needed every ten seconds while nothing is open', () => {
    const needed = askedAt(new FillTracker(null), 20_000, { ...ROUND, hasOpen: false });
    expect(Object.keys(needed).filter((ms) => needed[ms])).toEqual(['0', '10000', '20000']);
    expect(Object.keys(needed)).toHaveLength(11);
  });

  it('are asked for once at a time', () => {
    const tracker = new FillTracker(null);
    expect(tracker.next(ROUND, START_MS)).toHaveLength(1);
    expect(tracker.next(ROUND, START_MS + 60_000)).toEqual([]);
  });

  it.each([
    ['ten minutes at first, when the exchange’s clock is not known', null, [], -610_000],
    ['from where the feed before was', START_MS - 100_000, [], -110_000],
    ['from the newest by the exchange’s clock', null, [at(-180_000), at(-240_000)], -190_000],
    ['at most an hour', START_MS - 90_000_000, [], -3_600_000],
    ['not from a fill of the far future', null, ['2099-01-01T00:00:00Z'], -610_000],
  ])('reach back %s', (_what, savedMs, entered, fromMs) => {
    const tracker = new FillTracker(savedMs);
    tracker.accountAnswered(
      entered.map((time) => aFill('x-a', { sequenceTimestamp: time })),
      START_MS,
    );
    expect(tracker.next(ROUND, START_MS)).toMatchObject([{ from: at(fromMs) }]);
  });

  it.each([
    [true, true, 'sweep'],
    [true, false, 'shared'],
    [false, false, 'sweep'],
  ])('with open orders %s and push %s are asked for as %s', (hasOpen, isPushed, priority) => {
    expect(new FillTracker(null).next({ roundMs: 2_000, hasOpen, isPushed }, START_MS)).toMatchObject([{ priority }]);
  });
});

describe('an ended trade whose fills do not add up', () => {
  it('is looked at after the account’s list, then by itself with growing waits, and at half a minute', () => {
    const tracker = new FillTracker(null);
    expect(tracker.touched([ended('a')], NONE, START_MS)).toHaveLength(1);
    tracker.settled(ended('a'), { isComplete: false }, START_MS);
    expect(tracker.touched([ended('a')], NONE, START_MS)).toEqual([]);
    const asked: number[] = [];
    for (let ms = 0; ms <= 160_000; ms += 50) {
      for (const poll of tracker.next(ROUND, START_MS + ms).filter(isOfOrders)) {
        asked.push(ms / 1_000);
        for (const trade of tracker.fillsAnswered(poll)) {
          tracker.settled(trade, { isComplete: false }, START_MS + ms);
        }
      }
    }
    expect(asked).toEqual([2.5, 3, 4, 6, 10, 18, 30, 62, 122]);
  });

  it.each([
    ['is overdue half a minute after its row was first seen so', ended('a'), 30_000, true],
    ['is not before', ended('a'), 29_999, false],
    ['is not when its row has changed', ended('a', { updatedAt: at(20_000) }), 30_000, false],
    ['is not when it was never seen', ended('b'), 30_000, false],
  ])('%s', (_what, trade, ms, isOverdue) => {
    const tracker = new FillTracker(null);
    tracker.settled(ended('a', { endedAt: at(-3_600_000) }), { isComplete: false }, START_MS);
    expect(tracker.waiting.isOverdue(trade, START_MS + ms)).toBe(isOverdue);
    expect(tracker.isAwaited([trade], START_MS + ms)).toBe(!isOverdue);
  });

  it('is looked at anew when its row has changed, or when it has new fills', () => {
    const tracker = new FillTracker(null);
    tracker.settled(ended('a'), { isComplete: false }, START_MS);
    expect(tracker.touched([ended('a', { updatedAt: at(1) })], NONE, START_MS)).toHaveLength(1);
    expect(tracker.touched([ended('a')], new Set(['x-a']), START_MS)).toHaveLength(1);
  });

  it.each([
    ['after its fills were asked for by order, because they are listed late', null, [2.5]],
    ['when another feed waited for its fills before', START_MS, [0, 0.5]],
  ])('is completed by its own list of fills %s', (_what, newestMs, asked) => {
    const tracker = new FillTracker(newestMs);
    const ask = (ms: number): string[] =>
      tracker
        .next(ROUND, START_MS + ms)
        .filter(isOfOrders)
        .flatMap((poll) => tracker.fillsAnswered(poll).map(({ clientOrderId }) => clientOrderId));
    for (const trade of tracker.touched([ended('a')], NONE, START_MS)) {
      tracker.settled(trade, { isComplete: false }, START_MS);
    }
    for (const seconds of asked) expect(ask(seconds * 1_000)).toEqual(['a']);

    expect(tracker.touched([ended('a')], new Set(['x-a']), START_MS + 2_600)).toEqual([]);
    expect(ask(2_600)).toEqual(['a']);
  });

  it('shares its request with forty-nine others', () => {
    const tracker = new FillTracker(null);
    for (let count = 0; count < 60; count += 1) tracker.settled(ended(`e${count}`), { isComplete: false }, START_MS);
    const [poll] = tracker.next(ROUND, START_MS + 2_500).filter(isOfOrders);
    expect(poll?.orderIds).toHaveLength(50);
  });

  it('waits no longer when it is complete, here or by another process', () => {
    const tracker = new FillTracker(null);
    for (const name of ['a', 'b', 'c']) tracker.settled(ended(name), { isComplete: false }, START_MS);
    tracker.settled(ended('a'), { isComplete: true }, START_MS);
    tracker.waiting.keepOnly([ended('c')]);
    const [poll] = tracker.next(ROUND, START_MS + 2_500).filter(isOfOrders);
    expect(poll?.orderIds).toEqual(['x-c']);
  });
});

describe('new fills of an order that expects none', () => {
  const filled = new Set(['x-a']);

  it.each([
    ['are a correction if it is neither open nor waiting a round later', [], false, ['x-a']],
    ['are its own while it is open', [], true, []],
    ['are expected when it has ended meanwhile', [ended('a')], false, []],
  ])('%s', (_what, waiting, isOpen, unexpected) => {
    const tracker = new FillTracker(null);
    expect(tracker.takeUnexpected([], filled, () => false)).toEqual([]);
    expect(tracker.isAwaited([], START_MS)).toBe(true);
    expect(tracker.takeUnexpected(waiting, NONE, () => isOpen)).toEqual(unexpected);
    expect(tracker.isAwaited([], START_MS)).toBe(false);
  });

  it('are looked at again while it is not known what they make of it', () => {
    const tracker = new FillTracker(null);
    tracker.settled(ended('a', { fillsComplete: true }), { isComplete: false }, START_MS);
    expect(tracker.takeUnexpected([], NONE, () => false)).toEqual(['x-a']);
  });
});

describe('what fills mean for a trade', () => {
  const known = { shownSize: null, overdue: false };

  it('completes it, once', () => {
    const fact = fillsFact(ended('a'), withTotals([aFill('x-a')]), known, START_MS);
    const decision = decide(ended('a'), fact);
    expect(decision?.trade).toMatchObject({ fillsComplete: true, filledSize: '2', totalFees: '1.25' });
    const trade = decision?.trade ?? ended('a');
    expect(decide(trade, fact)).toBeNull();
  });

  it('has the same key for the same content of the same version of the row, and no other', () => {
    const key = (trade = ended('a'), fills = [aFill('x-a')], more = known): string =>
      fillsFact(trade, withTotals(fills), more, START_MS).key;
    expect(fillsFact(ended('a'), withTotals([aFill('x-a')]), known, START_MS + 5).key).toBe(key());
    const others = [
      key(ended('a', { updatedAt: at(1) })),
      key(ended('a'), [aFill('x-a'), aFill('x-a')]),
      key(ended('a'), [aFill('x-a')], { ...known, overdue: true }),
    ];
    expect(new Set([key(), ...others]).size).toBe(4);
  });

  it.each([
    ['when they add up', false, [aFill('x-a')], false],
    ['when some are missing', false, [aFill('x-a', { size: '1' })], false],
    ['when there are none', false, [], false],
    ['when some have been missing for long', true, [aFill('x-a', { size: '1' })], true],
    ['when they are more', true, [aFill('x-a', { size: '3' })], false],
    ['when they were corrected', true, [aFill('x-a'), aFill('x-a', { tradeType: 'REVERSAL', size: '1' })], false],
  ])('%s, asks for the order itself: %s', (_what, isAsked, fills, overdue) => {
    expect(needsShownSize(ended('a'), withTotals(fills), overdue)).toBe(isAsked);
  });
});
