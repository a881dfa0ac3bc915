import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Big } from 'big.js';
import { smallestOrder } from '../../../src/domain/order/smallest-order.ts';

const BTC = { priceIncrement: '0.01', baseIncrement: '0.00000001', baseMinSize: '0.00000001', quoteMinSize: '1' };

describe('the smallest order', () => {
  it.each([
    ['a buy below the price', 'BUY', '65000.55', '10', { limitPrice: '58500.49', baseSize: '0.0000171' }],
    ['a sell above it', 'SELL', '65000.55', '10', { limitPrice: '71500.61', baseSize: '0.00001399' }],
    ['a buy at a fraction of a percent', 'BUY', '100', '1.5', { limitPrice: '98.5', baseSize: '0.01015229' }],
  ] as const)('is %s', (_what, side, price, distancePercent, expected) => {
    expect(smallestOrder(BTC, { side, price, distancePercent })).toMatchObject(expected);
  });

  it('has the smallest base size where that is worth more than the smallest quote size', () => {
    const steps = { ...BTC, baseMinSize: '0.001' };
    const order = smallestOrder(steps, { side: 'BUY', price: '65000', distancePercent: '10' });
    expect(order).toEqual({ limitPrice: '58500', baseSize: '0.001', quoteValue: '58.5' });
  });

  it('is refused if there is no lower price', () => {
    const steps = { ...BTC, priceIncrement: '1' };
    expect(() => smallestOrder(steps, { side: 'BUY', price: '1', distancePercent: '10' })).toThrow(/no room/);
  });

  it('respects all increments and minimum sizes, whatever the product', () => {
    const step = fc.integer({ min: 0, max: 8 }).map((digits) => new Big(10).pow(-digits).toFixed());
    const steps = fc.record({ priceIncrement: step, baseIncrement: step, baseMinSize: step, quoteMinSize: step });
    const price = fc.integer({ min: 1, max: 10 ** 9 }).map((cents) => new Big(cents).div(100).toFixed());
    fc.assert(
      fc.property(
        steps,
        price,
        fc.constantFrom('BUY', 'SELL'),
        fc.integer({ min: 1, max: 50 }),
        (product, at, side, d) => {
          const far = new Big(at).times(side === 'BUY' ? 100 - d : 100 + d).div(100);
          fc.pre(side === 'SELL' || far.gte(product.priceIncrement));
          const { limitPrice, baseSize } = smallestOrder(product, { side, price: at, distancePercent: String(d) });
          const [limit, size] = [new Big(limitPrice), new Big(baseSize)];
          expect(limit.mod(product.priceIncrement).eq(0) && size.mod(product.baseIncrement).eq(0)).toBe(true);
          expect(side === 'BUY' ? limit.lte(far) : limit.gte(far)).toBe(true);
          expect(size.gte(product.baseMinSize) && size.times(limit).gte(product.quoteMinSize)).toBe(true);
        },
      ),
    );
  });
});
