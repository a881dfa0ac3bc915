import { describe, expect, it } from '@jest/globals';
import { describeFieldErrors } from '../../../src/domain/field-error.ts';
import {
  checkOrderRequest,
  conflictsWith,
  isClientOrderId,
  sameJson,
  workflowIdOf,
} from '../../../src/domain/order/order-request.ts';
import { DEFAULT_POLICY, POLICY_BOUNDS, POLICY_FIELDS } from '../../../src/domain/order/policy.ts';
import { aTrade, MARKET } from './support/builders.ts';

const REQUEST = {
  clientOrderId: 'bot7-1',
  botId: 'bot7',
  productId: 'BTC-USD',
  side: 'BUY',
  orderConfiguration: MARKET,
};

/** The names of the fields that are found wrong. */
function wrong(value: unknown): string[] {
  const checked = checkOrderRequest(value);
  return checked.kind === 'malformed' ? checked.errors.map((error) => error.field) : [];
}

describe('a complete request', () => {
  it('is an intent, its policy filled in with the defaults', () => {
    expect(checkOrderRequest(REQUEST)).toEqual({
      kind: 'complete',
      given: REQUEST,
      intent: { ...REQUEST, policy: DEFAULT_POLICY },
    });
  });

  it('keeps what its policy gives, and fills in the rest', () => {
    const policy = { monitorForMs: 60_000 };
    expect(checkOrderRequest({ ...REQUEST, policy })).toMatchObject({
      kind: 'complete',
      given: { policy },
      intent: { policy: { ...DEFAULT_POLICY, monitorForMs: 60_000 } },
    });
  });

  it('has its configuration untouched', () => {
    const orderConfiguration = { market_market_ioc: { quote_size: '010.00', rfq_disabled: true } };
    expect(checkOrderRequest({ ...REQUEST, orderConfiguration })).toMatchObject({ intent: { orderConfiguration } });
  });

  it('may have null for what is not set, as other SDKs send it', () => {
    expect(checkOrderRequest({ ...REQUEST, policy: null })).toMatchObject({ kind: 'complete', given: REQUEST });
  });
});

describe('an incomplete request', () => {
  it('names what is missing, because a row may have it already', () => {
    expect(checkOrderRequest({ clientOrderId: 'bot7-1', side: 'SELL', botId: null })).toEqual({
      kind: 'incomplete',
      given: { clientOrderId: 'bot7-1', side: 'SELL' },
      missing: [
        { field: 'botId', message: 'is required' },
        { field: 'productId', message: 'is required' },
        { field: 'orderConfiguration', message: 'is required' },
      ],
    });
  });

  it('without a client order id is malformed', () => {
    expect(wrong({ ...REQUEST, clientOrderId: undefined })).toEqual(['clientOrderId']);
    expect(wrong({})).toEqual(['clientOrderId', 'botId', 'productId', 'side', 'orderConfiguration']);
  });
});

describe('a malformed request', () => {
  it.each([undefined, null, 'bot7-1', 7, [], [REQUEST]])('%j is no request at all', (value) => {
    expect(wrong(value)).toEqual(['request']);
  });

  it('has every wrong field named, with what is wrong and what would be right', () => {
    const checked = checkOrderRequest({
      clientOrderId: 'a b',
      botId: '',
      productId: 'X'.repeat(65),
      side: 'buy',
      orderConfiguration: {},
      policy: { placeForMs: 10 },
      extra: 1,
    });
    expect(checked).toMatchObject({ kind: 'malformed' });
    const text = checked.kind === 'malformed' ? describeFieldErrors(checked.errors) : '';
    for (const part of [
      'clientOrderId: must be 1 to 128 of the characters A-Z a-z 0-9 . _ -, not "a b"',
      'botId: must be a string of 1 to 128 characters, not ""',
      'productId: must be a string of 1 to 64 characters, not "XXX',
      'side: must be BUY or SELL, not "buy"',
      'orderConfiguration: must have exactly one order configuration, found none',
      'policy.placeForMs: must be a whole number from 1000 to 120000, not 10',
      'extra: is not a field of an order request; one of clientOrderId, botId',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('shows a long value shortened', () => {
    const checked = checkOrderRequest({ ...REQUEST, botId: 'x'.repeat(10_000) });
    expect(checked.kind === 'malformed' && checked.errors[0]?.message.length).toBeLessThan(130);
  });

  it.each([
    ['botId', 7],
    ['botId', '   '],
    ['botId', 'b\u0000t'],
    ['botId', 'b\ud800t'],
    ['botId', 'b\u007ft'],
    ['botId', 'x'.repeat(129)],
    ['productId', ''],
    ['productId', 'BTC\n-USD'],
    ['side', 'Buy'],
    ['side', ['BUY']],
    ['orderConfiguration', 'market'],
    ['policy', []],
    ['policy', 'fast'],
  ])('%s cannot be %j', (field, value) => {
    expect(wrong({ ...REQUEST, [field]: value })).toEqual([field]);
  });

  it('cannot have unknown fields, not even those that every object inherits', () => {
    const request = JSON.stringify(REQUEST).replace('{', '{"toString":1,"__proto__":{"side":"BUY"},');
    expect(wrong(JSON.parse(request))).toEqual(['toString', '__proto__']);
  });

  it('has what is missing named as well, so that all can be corrected at once', () => {
    expect(wrong({ clientOrderId: 'a', side: 'HOLD' })).toEqual(['side', 'botId', 'productId', 'orderConfiguration']);
  });
});

describe('a client order id', () => {
  it.each(['a', 'bot7-20261123-0001', 'A.b_c-9', '-', '.', 'x'.repeat(128)])('may be %s', (id) => {
    expect(isClientOrderId(id)).toBe(true);
  });

  it.each(['', 'a b', 'a/b', 'ä', 'a\n', '\na', 'x'.repeat(129), 7, null, undefined, ['a'], {}])(
    'cannot be %j',
    (id) => {
      expect(isClientOrderId(id)).toBe(false);
    },
  );

  it('makes the id of the workflow that owns the order', () => {
    expect(workflowIdOf('bot7-1')).toBe('order-bot7-1');
  });
});

describe('a policy', () => {
  it.each(POLICY_FIELDS)('takes the smallest and the largest %s, and nothing beyond', (field) => {
    const [min, max] = POLICY_BOUNDS[field];
    for (const value of [min, max]) expect(wrong({ ...REQUEST, policy: { [field]: value } })).toEqual([]);
    for (const value of [min - 1, max + 1, min + 0.5, String(min), null, true, Infinity, Number.NaN]) {
      expect(wrong({ ...REQUEST, policy: { [field]: value } })).toEqual([`policy.${field}`]);
    }
  });

  it('has the bounds and the defaults of the contract', () => {
    expect(POLICY_BOUNDS).toEqual({
      placeForMs: [1000, 120000],
      immediateCheckAttempts: [1, 100],
      immediateCheckIntervalMs: [100, 10000],
      monitorIntervalMs: [500, 60000],
      monitorForMs: [1000, 86400000],
    });
    expect(DEFAULT_POLICY).toEqual({
      placeForMs: 30000,
      immediateCheckAttempts: 10,
      immediateCheckIntervalMs: 500,
      monitorIntervalMs: 2000,
      monitorForMs: 300000,
    });
  });

  it('may be empty', () => {
    expect(checkOrderRequest({ ...REQUEST, policy: {} })).toMatchObject({ intent: { policy: DEFAULT_POLICY } });
  });

  it.each(['monitor_for_ms', 'constructor', 'toString', 'hasOwnProperty'])('has no setting %s', (name) => {
    expect(wrong({ ...REQUEST, policy: { [name]: 1_000 } })).toEqual([`policy.${name}`]);
  });
});

describe('a request under an id that has a row already', () => {
  const trade = aTrade({ policy: { ...DEFAULT_POLICY, monitorForMs: 60_000 } });

  it('is the same order when everything given equals the row', () => {
    expect(conflictsWith({ ...REQUEST, side: 'BUY', policy: { monitorForMs: 60_000 } }, trade)).toEqual([]);
  });

  it('needs no more than the id', () => {
    expect(conflictsWith({ clientOrderId: 'bot7-1' }, trade)).toEqual([]);
  });

  it('is compared as JSON: the order of keys does not count, the writing of a number does', () => {
    const row = aTrade({ orderConfiguration: { limit_limit_gtc: { base_size: '1', limit_price: '2.0' } } });
    const swapped = { limit_limit_gtc: { limit_price: '2.0', base_size: '1' } };
    const rewritten = { limit_limit_gtc: { limit_price: '2.00', base_size: '1' } };
    expect(conflictsWith({ clientOrderId: 'bot7-1', orderConfiguration: swapped }, row)).toEqual([]);
    expect(conflictsWith({ clientOrderId: 'bot7-1', orderConfiguration: rewritten }, row)).toMatchObject([
      { field: 'orderConfiguration' },
    ]);
  });

  it('has each field named that differs, with both values and the remedy', () => {
    const conflicts = conflictsWith({ ...REQUEST, side: 'SELL', botId: 'bot8' }, trade);
    expect(conflicts.map((conflict) => conflict.field)).toEqual(['botId', 'side']);
    expect(conflicts[1]?.message).toBe('is "SELL", but this clientOrderId has "BUY" already; use a new clientOrderId');
  });

  it('has its policy compared after the defaults', () => {
    expect(conflictsWith({ clientOrderId: 'bot7-1', policy: {} }, trade)).toMatchObject([{ field: 'policy' }]);
    expect(conflictsWith({ clientOrderId: 'bot7-1', policy: {} }, aTrade())).toEqual([]);
    expect(conflictsWith({ clientOrderId: 'bot7-1', policy: { monitorForMs: 300_000 } }, aTrade())).toEqual([]);
  });
});

describe('two JSON values', () => {
  it.each([
    [
      { a: 1, b: [1, { c: null }] },
      { b: [1, { c: null }], a: 1 },
    ],
    [[], []],
    ['1', '1'],
    [null, null],
  ])('%j and %j are the same', (a, b) => {
    expect(sameJson(a, b)).toBe(true);
  });

  it.each([
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: 1, b: 2 }, { a: 1 }],
    [{ a: 1 }, { b: 1 }],
    [
      [1, 2],
      [2, 1],
    ],
    [[], {}],
    ['1', 1],
    [null, {}],
    [{ a: null }, {}],
    [JSON.parse('{"__proto__":{}}'), { a: 1 }],
  ])('%j and %j differ', (a, b) => {
    expect(sameJson(a, b)).toBe(false);
    expect(sameJson(b, a)).toBe(false);
  });
});
