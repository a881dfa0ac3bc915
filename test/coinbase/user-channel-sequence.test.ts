import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SequenceCheck } from '../../src/coinbase/user-channel/sequence.ts';

function noted(numbers: readonly number[]): { arrivals: string[]; gap: string | null } {
  const check = new SequenceCheck();
  return { arrivals: numbers.map((number) => check.note(number)), gap: check.gap };
}

describe('the sequence numbers of a connection', () => {
  it.each([
    ['one after the other', [0, 1, 2], ['next', 'next', 'next'], null],
    ['beginning at any number', [7, 8], ['next', 'next'], null],
    ['one left out', [0, 2, 3], ['next', 'early', 'next'], '1'],
    ['several left out', [0, 4, 6], ['next', 'early', 'early'], '1 to 3, 5'],
    ['two swapped', [0, 2, 1, 3], ['next', 'early', 'late', 'next'], null],
    ['one of several late', [0, 5, 3, 6], ['next', 'early', 'late', 'next'], '1 to 2, 4'],
    ['one repeated', [0, 1, 1, 2], ['next', 'next', 'repeated', 'next'], null],
    ['a late one repeated', [0, 2, 1, 1], ['next', 'early', 'late', 'repeated'], null],
    ['older than the first', [5, 4], ['next', 'repeated'], null],
    ['a leap that nobody could count through', [0, 9_000_000_000_000], ['next', 'early'], '1 to 8999999999999'],
  ])('%s: %j come as %j', (_name, numbers, arrivals, gap) => {
    expect(noted(numbers)).toEqual({ arrivals, gap });
  });

  it('have a gap exactly as long as one of them is missing, however they are reordered and repeated', () => {
    const numbers = Array.from({ length: 30 }, (_, index) => index + 1);
    const mixed = fc
      .shuffledSubarray(numbers)
      .chain((some) =>
        fc.tuple(fc.constant(some), fc.array(fc.constantFrom(...(some.length > 0 ? some : [0])), { maxLength: 5 })),
      );
    fc.assert(
      fc.property(mixed, ([some, repeated]) => {
        const { arrivals, gap } = noted([0, ...some, ...repeated]);
        const last = Math.max(0, ...some);
        expect(gap === null).toBe(some.length === last);
        expect(arrivals.filter((arrival) => arrival === 'repeated')).toHaveLength(repeated.length);
      }),
    );
  });
});
