import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareDecimals } from '../../../src/domain/decimal.ts';
import { addUpTo, totalsOf } from '../../../src/domain/order/fill-totals.ts';
import { mismatches } from '../../../src/domain/order/match-intent.ts';
import { checkOrderConfiguration } from '../../../src/domain/order/order-configuration.ts';
import { checkOrderRequest, conflictsWith, sameJson } from '../../../src/domain/order/order-request.ts';
import { POLICY_BOUNDS, type OrderPolicy } from '../../../src/domain/order/policy.ts';
import { isSameProduct } from '../../../src/domain/order/exchange-order.ts';
import { readRequester } from '../../../src/domain/order/requester.ts';
import { aFill, aTrade } from './support/builders.ts';
import { holds } from './support/holds.ts';

/** JSON as it may come from outside, with keys that trip those who trust an object’s prototype. */
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString')), tie('value')), {
        maxLength: 3,
      })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value;

const FIELDS = ['clientOrderId', 'botId', 'productId', 'side', 'orderConfiguration', 'policy'];
const units = fc.bigInt({ min: 1n, max: 10n ** 15n });

const policies: fc.Arbitrary<Partial<OrderPolicy>> = fc.record(
  {
    placeForMs: within('placeForMs'),
    immediateCheckAttempts: within('immediateCheckAttempts'),
    immediateCheckIntervalMs: within('immediateCheckIntervalMs'),
    monitorIntervalMs: within('monitorIntervalMs'),
    monitorForMs: within('monitorForMs'),
  },
  { requiredKeys: [] },
);

const requests = fc.record({
  clientOrderId: fc.stringMatching(/^[A-Za-z0-9._-]{1,128}$/),
  botId: fc.stringMatching(/^[a-z0-9 ]{0,60}[a-z]$/),
  productId: fc.stringMatching(/^[A-Z0-9]{1,20}-[A-Z]{1,20}$/),
  side: fc.constantFrom('BUY' as const, 'SELL' as const),
  orderConfiguration: units.map((size) => ({ market_market_ioc: { quote_size: decimal(size) } })),
  policy: policies,
});

function within(field: keyof OrderPolicy): fc.Arbitrary<number> {
  const [min, max] = POLICY_BOUNDS[field];
  return fc.integer({ min, max });
}

/** Hundred-millionths as a decimal. */
function decimal(hundredMillionths: bigint): string {
  const digits = hundredMillionths.toString().padStart(9, '0');
  return `${digits.slice(0, -8)}.${digits.slice(-8)}`;
}

describe('whatever comes as a request', () => {
  it('is validated without throwing, and each error says what is wrong', async () => {
    const property = fc.property(fc.oneof(json, fc.dictionary(fc.constantFrom(...FIELDS, 'x'), json)), (value) => {
      const checked = checkOrderRequest(value);
      const errors = checked.kind === 'malformed' ? checked.errors : [];
      expect(checked.kind === 'malformed').toBe(errors.length > 0);
      for (const { message } of errors) expect(message).not.toBe('');
    });
    await expect(holds(property)).resolves.toBeUndefined();
  });

  it('is validated without throwing as a configuration or a requester, too', async () => {
    const property = fc.property(json, (value) => {
      expect(checkOrderConfiguration({ market_market_ioc: value })).toBeInstanceOf(Array);
      expect(checkOrderConfiguration(value)).toBeInstanceOf(Array);
      const { requester, asItCame } = readRequester(value);
      expect(Object.keys(requester)).toEqual(['requestedBy', 'reason']);
      expect(asItCame === null || sameJson(asItCame, { argument: value })).toBe(true);
    });
    await expect(holds(property)).resolves.toBeUndefined();
  });

  it('makes, where it is valid, a row that the same request fits, and another does not', async () => {
    const property = fc.property(requests, (request) => {
      const checked = checkOrderRequest(request);
      if (checked.kind !== 'complete') throw new Error(`found ${checked.kind}`);
      const trade = aTrade(checked.intent);
      const again = JSON.parse(JSON.stringify(request)) as typeof request;
      expect(conflictsWith(again, trade)).toEqual([]);
      const other = { ...again, side: again.side === 'BUY' ? ('SELL' as const) : ('BUY' as const) };
      expect(conflictsWith(other, trade).map(({ field }) => field)).toEqual(['side']);
    });
    await expect(holds(property)).resolves.toBeUndefined();
  });
});

describe('any two values', () => {
  it('of JSON are the same or not in both directions, and each is the same as its copy', async () => {
    const property = fc.property(json, json, (a, b) => {
      expect(sameJson(a, b)).toBe(sameJson(b, a));
      expect(sameJson(a, JSON.parse(JSON.stringify(a)))).toBe(true);
    });
    await expect(holds(property)).resolves.toBeUndefined();
  });

  it('that are products are the same in both directions', async () => {
    const product = fc.stringMatching(/^[A-C]{1,2}(-(USDC?|EUR)){0,2}$/);
    const property = fc.property(product, product, (a, b) => {
      expect(isSameProduct(a, b)).toBe(isSameProduct(b, a));
    });
    await expect(holds(property)).resolves.toBeUndefined();
  });

  it('that are decimals are compared as whole numbers of the smallest unit are', async () => {
    const property = fc.property(units, units, (a, b) => {
      expect(Math.sign(compareDecimals(decimal(a), decimal(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
    });
    await expect(holds(property)).resolves.toBeUndefined();
  });
});

describe('any fills', () => {
  it('add up exactly in base sizes and fees, and are whole only all together', async () => {
    const rows = fc.array(fc.record({ size: units, fee: units }), { minLength: 1, maxLength: 20 });
    const property = fc.property(rows, (all) => {
      const fills = all.map(({ size, fee }) => aFill({ size: decimal(size), commission: decimal(fee) }));
      const size = decimal(all.reduce((sum, row) => sum + row.size, 0n));
      const totals = totalsOf(fills);
      expect(compareDecimals(totals.size, size)).toBe(0);
      expect(compareDecimals(totals.fees, decimal(all.reduce((sum, row) => sum + row.fee, 0n)))).toBe(0);
      expect(addUpTo(totals, size)).toBe(true);
      expect(addUpTo(totalsOf(fills.slice(1)), size)).toBe(false);
    });
    await expect(holds(property)).resolves.toBeUndefined();
  });
});

describe('any configuration', () => {
  it('that the exchange echoes, with decimals written otherwise, is ours; with another size it is not', async () => {
    const property = fc.property(units, fc.nat(6), (size, zeros) => {
      const trade = aTrade({ orderConfiguration: { market_market_ioc: { quote_size: decimal(size) } } });
      const shown = (quote_size: string): string[] =>
        mismatches(trade, {
          productId: null,
          side: null,
          createdTime: null,
          orderConfiguration: { market_market_ioc: { quote_size, rfq_disabled: false } },
        });
      expect(shown(`${decimal(size)}${'0'.repeat(zeros)}`)).toEqual([]);
      expect(shown(decimal(size + 1n))).toEqual(['order_configuration']);
    });
    await expect(holds(property)).resolves.toBeUndefined();
  });
});
