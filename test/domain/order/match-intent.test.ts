import { describe, expect, it } from '@jest/globals';
import { mismatches, type ShownOrder } from '../../../src/domain/order/match-intent.ts';
import { isSameProduct, productAliases } from '../../../src/domain/order/exchange-order.ts';
import { after, aTrade, RESTING } from './support/builders.ts';

const TRADE = aTrade({ orderConfiguration: RESTING });
const OURS: ShownOrder = {
  productId: 'BTC-USD',
  side: 'BUY',
  orderConfiguration: RESTING,
  createdTime: after(40),
};

/** What differs when the exchange shows these fields. */
function differs(fields: Partial<ShownOrder>, trade = TRADE): string[] {
  return mismatches(trade, { ...OURS, ...fields });
}

describe('an order that the exchange shows', () => {
  it('is ours when everything fits', () => {
    expect(differs({})).toEqual([]);
  });

  it('is not contradicted by what the exchange does not say', () => {
    expect(differs({ productId: null, side: null, orderConfiguration: null, createdTime: null })).toEqual([]);
  });

  it.each([
    ['product_id', { productId: 'ETH-USD' }],
    ['side', { side: 'SELL' }],
    ['order_configuration', { orderConfiguration: { limit_limit_gtd: RESTING['limit_limit_gtc'] ?? {} } }],
    ['created_time', { createdTime: after(-60_001) }],
  ] as const)('is another one when it differs in %s', (name, fields) => {
    expect(differs(fields)).toEqual([name]);
  });

  it('names everything in which it differs', () => {
    expect(
      differs({ productId: 'ETH-USD', side: 'SELL', orderConfiguration: {}, createdTime: after(-86_400_000) }),
    ).toEqual(['product_id', 'side', 'order_configuration', 'created_time']);
  });

  it('may be reported under the other dollar', () => {
    expect(differs({ productId: 'BTC-USDC' })).toEqual([]);
    expect(differs({ productId: 'BTC-USD' }, aTrade({ productId: 'BTC-USDC', orderConfiguration: RESTING }))).toEqual(
      [],
    );
  });

  it('may be up to a minute older than our row, and any time younger', () => {
    expect(differs({ createdTime: after(-60_000) })).toEqual([]);
    expect(differs({ createdTime: after(86_400_000) })).toEqual([]);
  });

  it('is not judged by a time that cannot be read', () => {
    expect(differs({ createdTime: '' })).toEqual([]);
  });
});

describe('the configuration that the exchange shows', () => {
  const shown = (body: Record<string, unknown>): string[] => differs({ orderConfiguration: { limit_limit_gtc: body } });

  it('has decimals compared by value', () => {
    expect(shown({ base_size: '0.50', limit_price: '20000' })).toEqual([]);
    expect(shown({ base_size: '0.51', limit_price: '20000' })).toEqual(['order_configuration']);
  });

  it('may have further fields', () => {
    expect(shown({ base_size: '0.5', limit_price: '20000', post_only: false, rfq_disabled: false })).toEqual([]);
  });

  it('must have each field that was sent', () => {
    expect(shown({ base_size: '0.5' })).toEqual(['order_configuration']);
    expect(shown({ base_size: '0.5', limit_price: null })).toEqual(['order_configuration']);
    expect(shown({ base_size: '0.5', limit_price: '' })).toEqual(['order_configuration']);
  });

  it('must be one', () => {
    expect(differs({ orderConfiguration: { limit_limit_gtc: null } })).toEqual(['order_configuration']);
    expect(differs({ orderConfiguration: {} })).toEqual(['order_configuration']);
  });

  it('has times compared by the moment', () => {
    const trade = aTrade({ orderConfiguration: { limit_limit_gtd: { end_time: '2026-11-24T12:00:00Z' } } });
    const at = (end_time: string): string[] =>
      differs({ orderConfiguration: { limit_limit_gtd: { end_time } } }, trade);
    expect(at('2026-11-24T12:00:00.000000Z')).toEqual([]);
    expect(at('2026-11-24T13:00:00+01:00')).toEqual([]);
    expect(at('2026-11-24T12:00:01Z')).toEqual(['order_configuration']);
  });

  it('has booleans compared, where a missing one means false', () => {
    const trade = (post_only: boolean) => aTrade({ orderConfiguration: { limit_limit_gtc: { post_only } } });
    const shownValue = { limit_limit_gtc: { post_only: false } };
    expect(differs({ orderConfiguration: shownValue }, trade(false))).toEqual([]);
    expect(differs({ orderConfiguration: shownValue }, trade(true))).toEqual(['order_configuration']);
    expect(differs({ orderConfiguration: { limit_limit_gtc: {} } }, trade(false))).toEqual([]);
    expect(differs({ orderConfiguration: { limit_limit_gtc: {} } }, trade(true))).toEqual(['order_configuration']);
  });

  it.each([
    ['a JSON number', '0.001', 0.001],
    ['a JSON number that lost digits', '0.1234567890123456789', Number('0.1234567890123456789')],
    ['an exponent', '0.001', '1e-3'],
    ['a large exponent', '1500', '1.5E+3'],
    ['zeros before it', '0.001', '00.001'],
  ])('may write a decimal as %s', (_, sent, shownValue) => {
    const trade = aTrade({ orderConfiguration: { limit_limit_gtc: { base_size: sent } } });
    const shownAs = (base_size: unknown) => differs({ orderConfiguration: { limit_limit_gtc: { base_size } } }, trade);
    expect(shownAs(shownValue)).toEqual([]);
    expect(shownAs(typeof shownValue === 'number' ? shownValue * 2 : `${shownValue}1`)).toEqual([
      'order_configuration',
    ]);
  });

  it.each([NaN, Infinity, '', ' ', '0x1', 'one', '1e', {}, [], ['1'], true, null])(
    'does not take %p for a decimal',
    (shownValue) => {
      const trade = aTrade({ orderConfiguration: { limit_limit_gtc: { base_size: '1' } } });
      const orderConfiguration = { limit_limit_gtc: { base_size: shownValue } };
      expect(differs({ orderConfiguration }, trade)).toEqual(['order_configuration']);
    },
  );

  it('may write a boolean as a string, and leave out false in any way', () => {
    const shownAs = (sent: boolean, post_only: unknown): string[] =>
      differs(
        { orderConfiguration: { limit_limit_gtc: { post_only } } },
        aTrade({ orderConfiguration: { limit_limit_gtc: { post_only: sent } } }),
      );
    for (const shownValue of [true, 'true', 'TRUE']) expect(shownAs(true, shownValue)).toEqual([]);
    for (const shownValue of [false, 'false', null, '']) expect(shownAs(false, shownValue)).toEqual([]);
    for (const shownValue of [false, 'false', null, '', 'maybe'])
      expect(shownAs(true, shownValue)).toEqual(['order_configuration']);
    for (const shownValue of [true, 'true', 'maybe'])
      expect(shownAs(false, shownValue)).toEqual(['order_configuration']);
  });

  it('has the items of a list compared in the same way', () => {
    const trade = aTrade({ orderConfiguration: { scaled_limit_gtc: { orders: [{ base_size: '1' }] } } });
    const shownAs = (orders: unknown) => differs({ orderConfiguration: { scaled_limit_gtc: { orders } } }, trade);
    expect(shownAs([{ base_size: '1' }])).toEqual([]);
    expect(shownAs([{ base_size: 1.0, limit_price: '5' }])).toEqual([]);
    for (const orders of [[], [{ base_size: '2' }], [{ base_size: '1' }, { base_size: '1' }], '1']) {
      expect(shownAs(orders)).toEqual(['order_configuration']);
    }
  });

  it('is not compared where the order was adopted without one', () => {
    const shown = { ...OURS, orderConfiguration: { limit_limit_gtc: { base_size: '0.5', limit_price: '1' } } };
    expect(mismatches(aTrade({ orderConfiguration: {} }), shown)).toEqual([]);
  });
});

describe('two products', () => {
  it.each([
    ['BTC-USD', 'BTC-USDC'],
    ['ETH-USDC', 'ETH-USD'],
    ['BTC-EUR', 'BTC-EUR'],
  ])('%s and %s are the same', (a, b) => {
    expect(isSameProduct(a, b)).toBe(true);
    expect(isSameProduct(b, a)).toBe(true);
  });

  it.each([
    ['BTC-USD', 'ETH-USD'],
    ['BTC-USD', 'BTC-USDT'],
    ['BTC-EUR', 'BTC-EURC'],
    ['USD-BTC', 'USDC-BTC'],
    ['BTC-USD-PERP', 'BTC-USDC'],
    ['BTC', 'BTC-USD'],
  ])('%s and %s differ', (a, b) => {
    expect(isSameProduct(a, b)).toBe(false);
    expect(isSameProduct(b, a)).toBe(false);
  });

  it('that are the same are both searched for, its own first', () => {
    expect(productAliases('BTC-USD')).toEqual(['BTC-USD', 'BTC-USDC']);
    expect(productAliases('BTC-USDC')).toEqual(['BTC-USDC', 'BTC-USD']);
    expect(productAliases('BTC-PERP-INTX')).toEqual(['BTC-PERP-INTX']);
  });
});
