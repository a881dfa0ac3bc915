import { describe, expect, it } from '@jest/globals';
import { readOrderRequest, type OrderFlags } from '../../src/cli/order-flags.ts';

const BASICS: OrderFlags = { clientOrderId: 'test-1', bot: 'bot7', product: 'BTC-USD', side: 'buy' };

function configurationOf(flags: Partial<OrderFlags>): unknown {
  return readOrderRequest({ ...BASICS, ...flags }).orderConfiguration;
}

function mistakesOf(flags: Partial<OrderFlags>): string {
  try {
    readOrderRequest({ ...BASICS, ...flags });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('no mistake was found');
}

describe('the options of place', () => {
  it('are a market order without a price', () => {
    expect(readOrderRequest({ ...BASICS, quoteSize: '10.00' })).toEqual({
      clientOrderId: 'test-1',
      botId: 'bot7',
      productId: 'BTC-USD',
      side: 'BUY',
      orderConfiguration: { market_market_ioc: { quote_size: '10.00' } },
      policy: {},
    });
    expect(configurationOf({ baseSize: '1', timeInForce: 'fok' })).toEqual({ market_market_fok: { base_size: '1' } });
  });

  it('are a resting limit order with a price', () => {
    const configuration = { limit_limit_gtc: { base_size: '1', limit_price: '90000' } };
    expect(configurationOf({ baseSize: '1', limitPrice: '90000' })).toEqual(configuration);
  });

  it.each([
    ['ioc', 'sor_limit_ioc'],
    ['fok', 'limit_limit_fok'],
    ['gtc', 'limit_limit_gtc'],
  ] as const)('are Coinbase’s own kind for a limit order that is %s', (timeInForce, kind) => {
    const configuration = { [kind]: { base_size: '1', limit_price: '90000' } };
    expect(configurationOf({ baseSize: '1', limitPrice: '90000', timeInForce })).toEqual(configuration);
  });

  it('are a limit order with an end', () => {
    const endTime = '2026-11-23T12:00:00Z';
    expect(configurationOf({ baseSize: '1', limitPrice: '2', timeInForce: 'gtd', endTime })).toEqual({
      limit_limit_gtd: { base_size: '1', limit_price: '2', end_time: endTime },
    });
  });

  it('take any other configuration as it is', () => {
    const configuration = { trigger_bracket_gtc: { base_size: '1', limit_price: '3', stop_trigger_price: '1' } };
    expect(configurationOf({ config: JSON.stringify(configuration) })).toEqual(configuration);
  });

  it('carry the policy', () => {
    const { policy } = readOrderRequest({
      ...BASICS,
      quoteSize: '1',
      policy: ['placeForMs=5000', 'immediateCheckAttempts=3'],
    });
    expect(policy).toEqual({ placeForMs: 5000, immediateCheckAttempts: 3 });
  });

  it('are refused with every mistake named at once, each with its option', () => {
    const mistakes = mistakesOf({
      clientOrderId: 'not an id',
      bot: '',
      side: 'up',
      quoteSize: '-1',
      policy: ['placeForMs=1', 'nonsense=1', 'monitorForMs'],
    });
    for (const flag of ['--client-order-id', '--bot', '--side', '--quote-size', '--policy placeForMs']) {
      expect(mistakes).toContain(`${flag}: must be`);
    }
    expect(mistakes).toContain('--policy nonsense: is not a setting');
    expect(mistakes).toContain('--policy: must be name=milliseconds');
  });

  it('are refused with everything named that is missing or wrong', () => {
    const flags: OrderFlags = { clientOrderId: 'test-1', quoteSize: 'ten' };
    expect(() => readOrderRequest(flags)).toThrow(
      /--bot: is required\n.*--product: is required\n.*--side: is required/,
    );
    expect(() => readOrderRequest(flags)).toThrow(/--quote-size: must be a positive decimal/);
  });

  it.each<[string, Partial<OrderFlags>, RegExp]>([
    ['no size', {}, /^--quote-size: give --quote-size or --base-size$/],
    [
      'two sizes',
      { quoteSize: '1', baseSize: '1' },
      /^--quote-size: give either --quote-size or --base-size, not both$/,
    ],
    ['a resting order without a price', { baseSize: '1', timeInForce: 'gtc' }, /^--limit-price: is required/],
    [
      'an end time for an order without an end',
      { baseSize: '1', limitPrice: '2', endTime: 'x' },
      /^--end-time: needs --time-in-force gtd/,
    ],
    [
      'an order with an end that has none',
      { baseSize: '1', limitPrice: '2', timeInForce: 'gtd' },
      /^--end-time: is required$/,
    ],
    ['a configuration that is no JSON', { config: '{' }, /^--config: must be a JSON object/],
    ['a configuration that is no object', { config: '[]' }, /^--config: must be a JSON object/],
    [
      'a configuration beside a size',
      { config: '{"market_market_ioc":{"quote_size":"1"}}', quoteSize: '1' },
      /^--config: .*leave out --quote-size$/,
    ],
    [
      'a configuration with a wrong field',
      { config: '{"market_market_ioc":{"quote_size":1}}' },
      /^--config market_market_ioc.quote_size: must be/,
    ],
  ])('are refused with one sentence for %s', (_what, flags, sentence) => {
    expect(mistakesOf(flags)).toMatch(sentence);
  });
});
