import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { describeOffset, offsetMsOf } from '../../src/domain/clock-offset.ts';

describe('the offset of a clock', () => {
  it.each([
    ['is nothing within the time that the answer took', { askedMs: 0, shownMs: 2_500, answeredMs: 3_000 }, 0],
    ['counts from the answer where it is ahead', { askedMs: 0, shownMs: 5_000, answeredMs: 100 }, 4_900],
    [
      'counts from the question, and is negative, where it is behind',
      { askedMs: 5_000, shownMs: 0, answeredMs: 5_100 },
      -5_000,
    ],
  ])('%s', (_what, reading, offsetMs) => {
    expect(offsetMsOf(reading)).toBe(offsetMs);
  });

  it('is never larger than it truly is, however long the answer took', () => {
    const ms = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), ms, ms, (trueOffsetMs, untilReadMs, untilAnswerMs) => {
        const shownMs = untilReadMs + trueOffsetMs;
        const offsetMs = offsetMsOf({ askedMs: 0, shownMs, answeredMs: untilReadMs + untilAnswerMs });
        expect(Math.abs(offsetMs)).toBeLessThanOrEqual(Math.abs(trueOffsetMs));
        expect(offsetMs * trueOffsetMs).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('is described in seconds, and as ahead or behind', () => {
    expect(describeOffset(7_240)).toBe('is 7.2 s ahead of ours');
    expect(describeOffset(-61_000)).toBe('is 61.0 s behind ours');
  });
});
