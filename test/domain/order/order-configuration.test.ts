import { describe, expect, it } from '@jest/globals';
import {
  checkOrderConfiguration,
  configurationKey,
  isImmediate,
} from '../../../src/domain/order/order-configuration.ts';

const END_TIME = '2026-11-24T12:00:00Z';
const STOP = { base_size: '1', limit_price: '2', stop_price: '3', stop_direction: 'STOP_DIRECTION_STOP_UP' };
const BRACKET = { base_size: '1', limit_price: '3', stop_trigger_price: '2' };

/** A valid configuration of each kind, and whether its order ends by itself at once. */
const KINDS: [string, Record<string, unknown>, 'immediate' | 'may rest'][] = [
  ['market_market_ioc', { quote_size: '10.00' }, 'immediate'],
  ['market_market_ioc', { base_size: '0.00000001', rfq_disabled: true }, 'immediate'],
  ['market_market_fok', { base_size: '1' }, 'immediate'],
  ['sor_limit_ioc', { quote_size: '10', limit_price: '2' }, 'immediate'],
  ['limit_limit_gtc', { base_size: '1', limit_price: '2', post_only: false }, 'may rest'],
  ['limit_limit_gtd', { base_size: '1', limit_price: '2', end_time: END_TIME }, 'may rest'],
  ['limit_limit_fok', { base_size: '1', limit_price: '2' }, 'immediate'],
  [
    'twap_limit_gtd',
    { quote_size: '1', limit_price: '2', start_time: END_TIME, end_time: END_TIME, bucket_duration: '300s' },
    'may rest',
  ],
  ['stop_limit_stop_limit_gtc', STOP, 'may rest'],
  ['stop_limit_stop_limit_gtd', { ...STOP, end_time: END_TIME }, 'may rest'],
  ['trigger_bracket_gtc', BRACKET, 'may rest'],
  ['trigger_bracket_gtd', { ...BRACKET, end_time: END_TIME }, 'may rest'],
  ['scaled_limit_gtc', { orders: [{ base_size: '1', limit_price: '2' }] }, 'may rest'],
  ['scaled_limit_gtc', { base_size: '1', num_orders: '5', min_price: '1', max_price: '2' }, 'may rest'],
];

/** What is wrong, as field and message. */
function errors(value: unknown): string[] {
  return checkOrderConfiguration(value).map(({ field, message }) => `${field} ${message}`);
}

describe('an order configuration of a known kind', () => {
  it.each(KINDS)('%s %j is accepted', (key, body) => {
    expect(errors({ [key]: body })).toEqual([]);
  });

  it.each(KINDS)('%s %j: its order is %s', (key, body, life) => {
    expect(isImmediate({ [key]: body })).toBe(life === 'immediate');
  });

  it.each(KINDS)('%s %j lacks nothing that it needs: each size, price and time is required', (key, body) => {
    const needed = Object.keys(body).filter((name) => /_size$|price$|_time$|^stop_direction$/.test(name));
    const required = key === 'scaled_limit_gtc' ? ['base_size'].filter((name) => name in body) : needed;
    for (const name of required) {
      const { [name]: _left, ...rest } = body;
      expect(errors({ [key]: rest })).toHaveLength(1);
    }
  });
});

describe('an order configuration', () => {
  it.each([undefined, null, 'market', 7, []])('cannot be %j', (value) => {
    expect(errors(value)[0]).toMatch(/^orderConfiguration must be an object with one order configuration, not /);
  });

  it('has exactly one kind', () => {
    expect(errors({})).toEqual(['orderConfiguration must have exactly one order configuration, found none']);
    expect(errors({ market_market_ioc: {}, limit_limit_gtc: {} })).toEqual([
      'orderConfiguration must have exactly one order configuration, found 2: market_market_ioc, limit_limit_gtc',
    ]);
  });

  it.each(['market_market', 'MARKET_MARKET_IOC', 'constructor', 'toString', 'hasOwnProperty'])(
    'has no kind %s, and the kinds are named',
    (key) => {
      expect(errors({ [key]: { quote_size: '1' } })[0]).toMatch(
        new RegExp(`^orderConfiguration\\.${key} is not known; use one of market_market_ioc, `),
      );
    },
  );

  it('has no kind __proto__ either', () => {
    expect(errors(JSON.parse('{"__proto__":{"quote_size":"1"}}'))[0]).toContain('is not known');
  });

  it.each([null, 'x', [], 1])('cannot have %j for the body', (body) => {
    expect(errors({ market_market_ioc: body })[0]).toContain('orderConfiguration.market_market_ioc must be an object');
  });

  it('has its key read as the kind', () => {
    expect(configurationKey({ limit_limit_gtc: {} })).toBe('limit_limit_gtc');
    expect(configurationKey({})).toBeUndefined();
  });

  it('of a kind that is not known here is judged by the name’s end', () => {
    expect(isImmediate({ new_kind_ioc: {} })).toBe(true);
    expect(isImmediate({ new_kind_fok: {} })).toBe(true);
    expect(isImmediate({ new_kind_gtc: {} })).toBe(false);
    expect(isImmediate({ constructor: {} })).toBe(false);
    expect(isImmediate({})).toBe(false);
  });
});

describe('the size of an order', () => {
  it('is given once', () => {
    expect(errors({ market_market_ioc: {} })).toEqual([
      'orderConfiguration.market_market_ioc.quote_size give quote_size or base_size',
    ]);
    expect(errors({ market_market_ioc: { quote_size: '1', base_size: '1' } })).toEqual([
      'orderConfiguration.market_market_ioc.quote_size give either quote_size or base_size, not both',
    ]);
  });

  it('of a stop is in the base currency', () => {
    const { base_size: _base, ...rest } = STOP;
    expect(errors({ stop_limit_stop_limit_gtc: { ...rest, quote_size: '1' } })[0]).toContain(
      'quote_size is not allowed here; give base_size',
    );
  });

  it.each(['0', '0.00', '-1', '+1', '1e3', '.5', '5.', ' 1', '1 ', '1\n', '1,5', '', 'NaN', '1'.repeat(31), 10, null])(
    'cannot be %j',
    (size) => {
      expect(errors({ market_market_ioc: { quote_size: size } })).toHaveLength(1);
      expect(errors({ market_market_ioc: { quote_size: size } })[0]).toContain('must be a positive decimal string');
    },
  );
});

describe('the fields of an order', () => {
  it('are those of its kind', () => {
    expect(errors({ market_market_ioc: { quote_size: '1', limit_price: '2' } })).toEqual([
      'orderConfiguration.market_market_ioc.limit_price is not a field of it; one of quote_size, base_size, rfq_disabled',
    ]);
  });

  it.each(['true', 1, null])('cannot have %j for a boolean', (value) => {
    expect(errors({ limit_limit_gtc: { base_size: '1', limit_price: '2', post_only: value } })[0]).toContain(
      'post_only must be true or false',
    );
  });

  it.each(['2026-11-24', '2026-11-24T12:00:00', '24.11.2026', '2026-13-24T12:00:00Z', 1_795_000_000, null])(
    'cannot have %j for a time',
    (time) => {
      expect(errors({ limit_limit_gtd: { base_size: '1', limit_price: '2', end_time: time } })[0]).toContain(
        'end_time must be an RFC 3339 time',
      );
    },
  );

  it.each(['2026-11-24T12:00:00.123456789Z', '2026-11-24T12:00:00+01:00'])('may have %s for a time', (time) => {
    expect(errors({ limit_limit_gtd: { base_size: '1', limit_price: '2', end_time: time } })).toEqual([]);
  });

  it('have a direction of a stop that is one of two', () => {
    expect(errors({ stop_limit_stop_limit_gtc: { ...STOP, stop_direction: 'UP' } })).toEqual([
      'orderConfiguration.stop_limit_stop_limit_gtc.stop_direction must be STOP_DIRECTION_STOP_UP or STOP_DIRECTION_STOP_DOWN, not "UP"',
    ]);
  });

  it('are all named that are wrong', () => {
    expect(errors({ limit_limit_gtd: { base_size: '0', post_only: 'no' } })).toHaveLength(4);
  });
});

describe('a text within a configuration', () => {
  it.each(['\u0000', '\ud800'])('cannot hold what a row cannot hold: %j', (text) => {
    const errors = checkOrderConfiguration({
      twap_limit_gtd: {
        base_size: '1',
        limit_price: '1',
        start_time: '2026-11-23T12:00:00Z',
        end_time: '2026-11-23T13:00:00Z',
        bucket_duration: `300s${text}`,
      },
    });
    expect(errors.map(({ field }) => field)).toEqual(['orderConfiguration.twap_limit_gtd.bucket_duration']);
  });
});
