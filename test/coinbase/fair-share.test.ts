import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fairShares, keptFree } from '../../src/coinbase/budget/fair-share.ts';

/** In the order of the demands. */
const inOrder = (total: number, ...wanted: number[]): (number | undefined)[] => {
  const shares = fairShares(
    total,
    wanted.map((one, index) => ({ processId: `${index}`, wanted: one })),
  );
  return wanted.map((_one, index) => shares.get(`${index}`));
};

describe('the shares of the budget', () => {
  it('gives a single process everything, whatever it wants', () => {
    expect(inOrder(30, 0)).toEqual([30]);
    expect(inOrder(30, 500)).toEqual([30]);
  });

  it('gives equal shares to those who want more than there is', () => {
    expect(inOrder(30, 100, 100)).toEqual([15, 15]);
    expect(inOrder(30, 100, 20)).toEqual([15, 15]);
  });

  it('gives a process that wants little what it wants, the others the rest, and an idle one a tenth', () => {
    expect(inOrder(30, 100, 5)).toEqual([25, 5]);
    expect(inOrder(30, 100, 0)).toEqual([27, 3]);
  });

  it('distributes what nobody wants', () => {
    expect(inOrder(30, 0, 0)).toEqual([15, 15]);
    expect(inOrder(30, 20, 0)).toEqual([24, 6]);
  });

  it('gives one each to those that want most when there are fewer than processes', () => {
    expect(inOrder(2, 0, 7, 3)).toEqual([0, 1, 1]);
  });

  it('gives away exactly the total, nobody less than a tenth or an equal share, and more to who wants more', () => {
    const wanted = fc.array(fc.nat(200), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), wanted, (total, wants) => {
        const given = inOrder(total, ...wants).map((share) => share ?? -1);
        expect(given.reduce((sum, share) => sum + share, 0)).toBe(total);
        const least = Math.min(Math.ceil(total / 10), Math.floor(total / wants.length));
        for (const share of given) expect(share).toBeGreaterThanOrEqual(least);
        const modestFirst = wants
          .map((want, index) => [want, given[index] ?? -1] as const)
          .toSorted(([a], [b]) => a - b);
        const disordered = modestFirst.filter(([want, share], index) => {
          const [wantBefore, shareBefore] = modestFirst[index - 1] ?? [want, share];
          return wantBefore < want && shareBefore > share;
        });
        expect(disordered).toEqual([]);
      }),
    );
  });
});

describe('what is kept free for a process that starts', () => {
  it.each([
    { total: 30, wanted: 0, kept: 3 },
    { total: 30, wanted: 28, kept: 2 },
    { total: 30, wanted: 500, kept: 1 },
    { total: 100, wanted: 500, kept: 4 },
    { total: 10, wanted: 500, kept: 1 },
    { total: 9, wanted: 0, kept: 0 },
  ])('is $kept of $total where $wanted are wanted', ({ total, wanted, kept }) => {
    expect(keptFree(total, wanted)).toBe(kept);
  });
});
