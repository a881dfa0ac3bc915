import { describe, expect, it } from '@jest/globals';
import { compareDecimals, equalDecimals, isDecimal, isPositiveDecimal } from '../../src/domain/decimal.ts';

describe('a decimal', () => {
  it.each(['0', '10', '10.00', '0.00000001', '21220.6399999973697697', '007', '9'.repeat(30), `0.${'1'.repeat(30)}`])(
    'may be %s',
    (value) => {
      expect(isDecimal(value)).toBe(true);
    },
  );

  it.each(['', '.5', '5.', '-1', '+1', '1e8', '1E8', ' 1', '1\n', '1_000', '0x10', 'NaN', 'Infinity', '9'.repeat(31)])(
    'cannot be %j',
    (value) => {
      expect(isDecimal(value)).toBe(false);
    },
  );

  it.each([10, 10n, null, undefined, ['1'], { toString: () => '1' }])('is a string, not %p', (value) => {
    expect(isDecimal(value)).toBe(false);
  });

  it('is positive when it has a digit other than zero', () => {
    expect(isPositiveDecimal('0.00000001')).toBe(true);
    expect(isPositiveDecimal('0.000')).toBe(false);
    expect(isPositiveDecimal('00')).toBe(false);
    expect(isPositiveDecimal('-1')).toBe(false);
  });
});

describe('two decimals', () => {
  it('are compared by value, beyond the precision of a number', () => {
    expect(compareDecimals('2', '10')).toBeLessThan(0);
    expect(compareDecimals('10', '2')).toBeGreaterThan(0);
    expect(compareDecimals('1.50', '1.5')).toBe(0);
    expect(compareDecimals('9007199254740993', '9007199254740992')).toBeGreaterThan(0);
    expect(equalDecimals('0.1000000000000000055', '0.1')).toBe(false);
    expect(equalDecimals('0', '0.000')).toBe(true);
  });
});
