import { describe, expect, it } from '@jest/globals';
import { totalsOf } from '../../../../src/domain/order/fill-totals.ts';
import { aFill, aFilledOrder, after, anOrder, someFills } from '../support/builders.ts';
import { completed, type DecidedTrade, monitored } from '../support/decided-trade.ts';

const MISSING = someFills({ fillCount: 1, totals: totalsOf([aFill({ size: '0.2' })]), shownSize: '0.5' });

function cancelledWithFills(): DecidedTrade {
  const order = monitored();
  order.see(anOrder({ status: 'CANCELLED', filledSize: '0.2' }));
  return order;
}

describe('the fills of an ended order', () => {
  it('that add up give the exact figures, and the time of the fill that was estimated until then', () => {
    const order = completed(aFilledOrder());
    expect(order.trade.filledAt).toBe(after(1_000));
    order.learn(someFills());
    expect(order.trade).toMatchObject({
      fillsComplete: true,
      filledSize: '0.5',
      averageFilledPrice: '20000.5',
      filledValue: '10000.25',
      totalFees: '1.26',
      filledAt: after(900),
      fillDetectedAt: after(1_000),
    });
    expect(order.last).toMatchObject({ cause: 'fills', source: 'fills', evidence: { fill_count: 2 }, alert: null });
  });

  it('that are listed again unchanged are no news', () => {
    const order = completed(aFilledOrder());
    order.learn(someFills());
    expect(order.learn(someFills({ key: 'fills/2' }))).toBeNull();
  });

  it('leave the exchange’s own time of the fill as it is', () => {
    const order = completed(aFilledOrder({ lastFillTime: after(850) }));
    order.learn(someFills());
    expect(order.trade.filledAt).toBe(after(850));
  });

  it('of a cancelled order make its fills complete, too, and set no fill time', () => {
    const order = cancelledWithFills();
    order.learn({ ...MISSING, shownSize: null });
    expect(order.trade).toMatchObject({ status: 'cancelled', fillsComplete: true, filledAt: null });
  });

  it('that do not add up leave the order’s own figures, and nobody is alerted before they are overdue', () => {
    const order = completed(aFilledOrder());
    expect(order.learn(MISSING)).toBeNull();
    order.learn({ ...MISSING, key: 'fills/2', overdue: true });
    expect(order.trade).toMatchObject({ fillsComplete: false, filledSize: '0.5', averageFilledPrice: '20000.00' });
    expect(order.last).toMatchObject({ cause: 'fills_incomplete', alert: { kind: 'fills-incomplete' } });
  });

  it('that no longer add up are flagged again', () => {
    const order = completed(aFilledOrder());
    order.learn(someFills());
    order.learn({ ...MISSING, key: 'fills/2' });
    expect(order.trade.fillsComplete).toBe(false);
    expect(order.last).toMatchObject({ cause: 'fills_incomplete', alert: null });
  });

  it('change the filled size only where the exchange shows that size too', () => {
    const fewer = { fillCount: 1, totals: totalsOf([aFill({ size: '0.4' })]) };
    const order = completed(aFilledOrder());
    order.learn(someFills({ ...fewer, shownSize: '0.5' }));
    expect(order.trade).toMatchObject({ filledSize: '0.5', fillsComplete: false });
    order.learn(someFills({ ...fewer, key: 'fills/2', shownSize: '0.4' }));
    expect(order.trade).toMatchObject({ filledSize: '0.4', filledValue: '8000', fillsComplete: true });
  });

  it('that were all reversed leave nothing filled, and no average price', () => {
    const order = cancelledWithFills();
    const totals = totalsOf([aFill({ size: '0.2' }), aFill({ size: '0.2', tradeType: 'REVERSAL' })]);
    order.learn(someFills({ totals, shownSize: '0' }));
    expect(order.trade).toMatchObject({
      filledSize: '0',
      averageFilledPrice: null,
      totalFees: '0',
      fillsComplete: true,
    });
  });

  it('are none where the order ended without any, and then they are whole', () => {
    const order = monitored();
    order.see(anOrder({ status: 'EXPIRED' }));
    expect(order.learn(someFills({ fillCount: 0, totals: totalsOf([]) }))).toBeNull();
    expect(order.trade.fillsComplete).toBe(true);
  });

  it('are not whole while none is listed of an order that is filled, though its size is not told yet', () => {
    const order = completed(anOrder({ status: 'FILLED' }));
    order.learn(someFills({ fillCount: 0, totals: totalsOf([]), shownSize: '0' }));
    expect(order.trade.fillsComplete).toBe(false);
    order.learn(someFills({ key: 'fills/2', shownSize: '0.5' }));
    expect(order.trade).toMatchObject({ filledSize: '0.5', fillsComplete: true });
  });
});

describe('the fills of an open order', () => {
  it('decide nothing: the exchange’s own figures count until it has ended', () => {
    expect(monitored(anOrder({ filledSize: '0.5' })).learn(someFills())).toBeNull();
  });
});
