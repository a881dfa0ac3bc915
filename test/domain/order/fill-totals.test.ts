import { describe, expect, it } from '@jest/globals';
import type { Fill } from '../../../src/domain/order/exchange-order.ts';
import { addUpTo, isMoreThan, totalsOf, wasAdjusted } from '../../../src/domain/order/fill-totals.ts';
import { aFill, after } from './support/builders.ts';

const fills = (...rows: Partial<Fill>[]): Fill[] => rows.map((row) => aFill(row));

describe('what fills add up to', () => {
  it('is nothing when there are none', () => {
    expect(totalsOf([])).toEqual({
      size: '0',
      value: '0',
      fees: '0',
      averagePrice: '0',
      isExact: true,
      newestTradeTime: null,
    });
  });

  it('is exact, where floating-point numbers are not', () => {
    const totals = totalsOf(
      fills({ size: '0.1', price: '3', commission: '0.1' }, { size: '0.2', price: '3', commission: '0.2' }),
    );
    expect(totals).toMatchObject({ size: '0.3', value: '0.9', fees: '0.3', averagePrice: '3' });
  });

  it('is exact for many small fills of a large price', () => {
    const totals = totalsOf(Array.from({ length: 1_000 }, () => aFill({ size: '0.00000001', price: '99999.99' })));
    expect(totals).toMatchObject({ size: '0.00001', value: '0.9999999', averagePrice: '99999.99' });
  });

  it('has an average price weighted by size, to 18 places', () => {
    const totals = totalsOf(fills({ size: '1', price: '10' }, { size: '2', price: '20' }));
    expect(totals.averagePrice).toBe('16.666666666666666667');
  });

  it('counts a size in the quote currency as the money spent', () => {
    const totals = totalsOf(fills({ size: '10000', price: '20000', sizeInQuote: true }));
    expect(totals).toMatchObject({ size: '0.5', value: '10000', averagePrice: '20000', isExact: false });
  });

  it('is the net of reversals and corrections, which repeat the trade id', () => {
    const totals = totalsOf(
      fills(
        { entryId: 'a', tradeId: 't', size: '1', price: '10', commission: '0.10' },
        { entryId: 'b', tradeId: 't', size: '1', price: '10', commission: '0.10', tradeType: 'REVERSAL' },
        { entryId: 'c', tradeId: 't', size: '0.9', price: '10', commission: '0.09', tradeType: 'CORRECTION' },
      ),
    );
    expect(totals).toMatchObject({ size: '0.9', value: '9', fees: '0.09', averagePrice: '10' });
  });

  it('has no average price when everything was taken back', () => {
    const totals = totalsOf(fills({ size: '1' }, { size: '1', tradeType: 'REVERSAL' }));
    expect(totals).toMatchObject({ size: '0', averagePrice: '0' });
  });

  it('has the newest trade’s time, whatever the order of the rows and the writing of the time', () => {
    const newest = '2026-11-23T12:00:00.5+00:00';
    const totals = totalsOf(fills({ tradeTime: after(10) }, { tradeTime: newest }, { tradeTime: after(499) }));
    expect(totals.newestTradeTime).toBe(newest);
  });

  it('does not take the time of a correction for the time of a trade', () => {
    const corrections = [
      { tradeTime: after(20), tradeType: 'REVERSAL' },
      { tradeTime: after(20), tradeType: 'CORRECTION' },
    ];
    expect(totalsOf(fills({ tradeTime: after(10) }, ...corrections)).newestTradeTime).toBe(after(10));
  });
});

describe('fills are whole', () => {
  const whole = (filledSize: string, ...rows: Partial<Fill>[]): boolean =>
    addUpTo(totalsOf(fills(...rows)), filledSize);

  it('when their sizes add up to the filled size, however it is written', () => {
    expect(whole('0.3', { size: '0.1' }, { size: '0.2' })).toBe(true);
    expect(whole('0.30000', { size: '0.1' }, { size: '0.2' })).toBe(true);
    expect(whole('2', { size: '2.00' })).toBe(true);
    expect(whole('0')).toBe(true);
  });

  it('not when one is missing, however few places the filled size shows', () => {
    expect(whole('2', { size: '1.6' })).toBe(false);
    expect(whole('0.3', { size: '0.29' })).toBe(false);
    expect(whole('1', { size: '0.99999999' })).toBe(false);
  });

  it('not when there are too many', () => {
    expect(whole('0.3', { size: '0.3' }, { size: '0.00000001' })).toBe(false);
  });

  it('when quote-sized ones bought the filled size, to the last place that a quotient can be trusted', () => {
    expect(whole('0.00029971', { size: '6.36', price: '21220.64', sizeInQuote: true })).toBe(true);
    expect(whole('0.33333333', { size: '1', price: '3', sizeInQuote: true })).toBe(true);
    expect(whole('163306', { size: '1.63306', price: '0.0000099999993', sizeInQuote: true })).toBe(true);
  });

  it('not when a quote-sized one is missing', () => {
    const fill = { size: '1', price: '3', sizeInQuote: true };
    expect(whole('0.66666666', fill)).toBe(false);
    expect(whole('1', fill, { ...fill, size: '1.9' })).toBe(false);
    expect(whole('0.00029971', { size: '6.35', price: '21220.64', sizeInQuote: true })).toBe(false);
  });
});

describe('fills that disprove the filled size', () => {
  it('are more than it, and not by a quotient’s last place', () => {
    expect(isMoreThan(totalsOf(fills({ size: '0.4' })), '0.3')).toBe(true);
    expect(isMoreThan(totalsOf(fills({ size: '0.3' })), '0.30')).toBe(false);
    expect(isMoreThan(totalsOf(fills({ size: '0.2' })), '0.3')).toBe(false);
    const quoteSized = fills({ size: '6.36', price: '21220.64', sizeInQuote: true });
    expect(isMoreThan(totalsOf(quoteSized), '0.00029970')).toBe(false);
  });

  it('are those among which the exchange adjusted some', () => {
    expect(wasAdjusted(fills({}, {}))).toBe(false);
    for (const tradeType of ['REVERSAL', 'CORRECTION', 'SYNTHETIC', 'SOMETHING_NEW']) {
      expect(wasAdjusted(fills({}, { tradeType }))).toBe(true);
    }
  });
});
