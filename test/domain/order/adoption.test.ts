import { describe, expect, it } from '@jest/globals';
import { readAdoption, type Adoption } from '../../../src/domain/order/adoption.ts';
import type { ExchangeOrder } from '../../../src/domain/order/exchange-order.ts';
import { DEFAULT_POLICY } from '../../../src/domain/order/policy.ts';
import { aFilledOrder, anOrder, RESTING, START } from './support/builders.ts';

function adopted(order: ExchangeOrder, botId = 'bot7'): Adoption {
  const read = readAdoption(order, botId);
  if (read.kind === 'malformed') throw new Error(JSON.stringify(read.errors));
  return read.adoption;
}

describe('an order that is adopted', () => {
  it('keeps what the exchange has of it, and no later changes', () => {
    const order = aFilledOrder({ orderConfiguration: RESTING });

    expect(adopted(order)).toEqual({
      clientOrderId: 'bot7-1',
      orderId: order.orderId,
      botId: 'bot7',
      productId: 'BTC-USD',
      side: 'BUY',
      orderConfiguration: RESTING,
      policy: DEFAULT_POLICY,
      createdAt: START,
      evidence: expect.objectContaining({ status: 'FILLED', filled_size: '0.5', client_order_id: 'bot7-1' }),
    });
  });

  it.each([
    ['none', null],
    ['one with blanks', 'by hand'],
    ['one that is too long', 'x'.repeat(129)],
    ['an empty one', ''],
  ])('has the exchange’s order id for a client order id where it has %s', (_what, clientOrderId) => {
    const order = anOrder({ clientOrderId });
    expect(adopted(order)).toMatchObject({
      clientOrderId: order.orderId,
      evidence: { client_order_id: clientOrderId },
    });
  });

  it('does without a configuration and without a time', () => {
    expect(adopted(anOrder({ orderConfiguration: null, createdTime: null }))).toMatchObject({
      orderConfiguration: {},
      createdAt: null,
    });
  });

  it.each([
    ['a side that is none', { side: 'UNKNOWN_ORDER_SIDE' }, 'bot7', 'side'],
    ['a bot without a name', {}, ' ', 'botId'],
  ])('is refused with %s', (_what, fields, botId, field) => {
    expect(readAdoption(anOrder(fields), botId)).toMatchObject({ kind: 'malformed', errors: [{ field }] });
  });
});
