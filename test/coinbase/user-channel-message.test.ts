import { describe, expect, it } from '@jest/globals';
import { readMessage } from '../../src/coinbase/user-channel/message.ts';

function message(fields: Record<string, unknown>): string {
  return JSON.stringify({
    channel: 'user',
    client_id: '',
    timestamp: '2026-04-07T14:30:10.123456789Z',
    sequence_num: 3,
    events: [],
    ...fields,
  });
}

function messageAbout(order: Record<string, unknown>, type = 'update'): string {
  return message({ events: [{ type, orders: [order] }] });
}

const NO_FIELDS = {
  clientOrderId: null,
  productId: null,
  side: null,
  filledSize: null,
  averageFilledPrice: null,
  filledValue: null,
  totalFees: null,
  numberOfFills: null,
  createdTime: null,
  reason: null,
};

describe('an order in a message', () => {
  it("is translated into the engine's terms", () => {
    const order = {
      avg_price: '60000.5',
      cancel_reason: 'User requested',
      client_order_id: 'bot-1',
      completion_percentage: '40.00',
      creation_time: '2026-04-07T14:30:09.5Z',
      cumulative_quantity: '0.004',
      filled_value: '240.002',
      leaves_quantity: '0',
      number_of_fills: '2',
      order_id: 'order-1',
      order_side: 'SELL',
      order_type: 'Limit',
      product_id: 'BTC-USD',
      reject_Reason: '',
      status: 'CANCELLED',
      total_fees: '1.44',
    };
    expect(readMessage(messageAbout(order))).toEqual({
      kind: 'orders',
      sequence: 3,
      sentAt: '2026-04-07T14:30:10.123456789Z',
      events: [
        {
          kind: 'update',
          orders: [
            {
              orderId: 'order-1',
              clientOrderId: 'bot-1',
              productId: 'BTC-USD',
              side: 'SELL',
              status: 'CANCELLED',
              filledSize: '0.004',
              averageFilledPrice: '60000.5',
              filledValue: '240.002',
              totalFees: '1.44',
              numberOfFills: 2,
              createdTime: '2026-04-07T14:30:09.5Z',
              reason: 'User requested',
            },
          ],
        },
      ],
    });
  });

  it('may have nothing but its id and status, and then nothing is made up', () => {
    const empty = {
      order_id: 'order-1',
      status: 'OPEN',
      cumulative_quantity: '',
      creation_time: '0001-01-01T00:00:00Z',
    };
    const expected = { events: [{ orders: [{ ...NO_FIELDS, orderId: 'order-1', status: 'OPEN' }] }] };
    expect(readMessage(messageAbout({ order_id: 'order-1', status: 'OPEN' }))).toMatchObject(expected);
    expect(readMessage(messageAbout(empty))).toMatchObject(expected);
  });

  it.each([
    ['a status not known', { status: 'TELEPORTED' }, { status: 'TELEPORTED' }],
    ['no status', {}, { status: 'UNKNOWN_ORDER_STATUS' }],
    ['no average price yet', { avg_price: '0' }, { averageFilledPrice: null }],
    ['nothing filled', { cumulative_quantity: '0' }, { filledSize: '0' }],
    ['a count that is a number', { number_of_fills: 4 }, { numberOfFills: 4 }],
    [
      'why it was rejected, spelt so',
      { reject_Reason: 'HOLD_FAILURE', cancel_reason: 'x' },
      { reason: 'HOLD_FAILURE' },
    ],
    ['why it was rejected, spelt so too', { reject_reason: 'HOLD_FAILURE' }, { reason: 'HOLD_FAILURE' }],
    ['fields not known', { teleported_to: ['Mars'] }, { orderId: 'order-1' }],
  ])('may have %s', (_what, fields, expected) => {
    expect(readMessage(messageAbout({ order_id: 'order-1', ...fields }))).toMatchObject({
      events: [{ orders: [expected] }],
    });
  });

  it.each([
    ['a size that is none', { cumulative_quantity: '1e5' }],
    ['a size of uncertain digits', { cumulative_quantity: 0.1 }],
    ['a time that is none', { creation_time: 'today' }],
    ['a status that is a number', { status: 4 }],
  ])('that has an order with %s reports only the id of it, and all of the others', (_what, fields) => {
    const odd = { order_id: 'order-1', status: 'OPEN', total_fees: '1', ...fields };
    const events = [{ type: 'snapshot', orders: [odd, { order_id: 'order-2', cumulative_quantity: '1' }] }];
    expect(readMessage(message({ events }))).toMatchObject({
      events: [
        {
          orders: [
            { ...NO_FIELDS, orderId: 'order-1', status: 'UNKNOWN_ORDER_STATUS' },
            { orderId: 'order-2', filledSize: '1' },
          ],
        },
      ],
    });
  });

  it.each([
    ['snapshot', 'snapshot'],
    ['patch', 'snapshot'],
    ['update', 'update'],
    ['news', 'update'],
  ])('of an event called %s is of the kind %s', (type, kind) => {
    expect(readMessage(messageAbout({ order_id: 'order-1' }, type))).toMatchObject({ events: [{ kind }] });
  });
});

describe('a message', () => {
  it('may have several events, and events without orders', () => {
    const events = [
      { type: 'snapshot', orders: [{ order_id: 'a' }, { order_id: 'b' }] },
      { type: 'update', orders: null, positions: {} },
      { type: 'update', positions: {} },
    ];
    expect(readMessage(message({ events }))).toMatchObject({
      events: [
        { kind: 'snapshot', orders: [{ orderId: 'a' }, { orderId: 'b' }] },
        { kind: 'update', orders: [] },
        { kind: 'update', orders: [] },
      ],
    });
  });

  it('acknowledges the channels that it names', () => {
    const events = [{ subscriptions: { user: ['a user'], ticker: [] } }];
    expect(readMessage(message({ channel: 'subscriptions', events }))).toEqual({
      kind: 'acknowledged',
      sequence: 3,
      channels: ['user'],
    });
  });

  it('may be a heartbeat in any wording, or of an unknown channel: both count', () => {
    const events = [{ heartbeat_counter: 'many' }, null];
    expect(readMessage(message({ channel: 'heartbeats', events }))).toEqual({ kind: 'heartbeat', sequence: 3 });
    expect(readMessage(message({ channel: 'weather', events: 'sunny' }))).toEqual({ kind: 'other', sequence: 3 });
  });

  it('may be an error, which has no number', () => {
    const error = { type: 'error', message: 'authentication failure' };
    expect(readMessage(JSON.stringify(error))).toEqual({ kind: 'error', message: 'authentication failure' });
    expect(readMessage('{"type":"error"}')).toEqual({ kind: 'error', message: 'no reason' });
  });

  it.each([
    ['no JSON', '{"channel":"user","sequen', 'it is not JSON'],
    ['an empty text', '', 'it is not JSON'],
    ['no object', '[1]', 'an object was expected'],
    ['without a channel', message({ channel: undefined }), 'channel is missing'],
    ['without a number', message({ sequence_num: undefined }), 'sequence_num is missing'],
    ['with a number that is none', message({ sequence_num: 1.5 }), 'sequence_num is the number 1.5'],
    ['below zero', message({ sequence_num: -1 }), 'sequence_num is "-1", not a count'],
    ['without events', message({ events: undefined }), 'events is undefined, not a list'],
    ['with a time that is none', message({ timestamp: 'now' }), 'timestamp is "now", not a time'],
    ['with an event without a type', message({ events: [{}] }), 'events[0]: the answer cannot be understood: type'],
    ['with orders that are no list', message({ events: [{ type: 'update', orders: {} }] }), 'orders is {}, not a list'],
    ['with an order that is none', message({ events: [{ type: 'update', orders: ['x'] }] }), 'an object was expected'],
    ['with an order without an id', messageAbout({ status: 'OPEN' }), 'order_id is missing'],
  ])('is not understood if it is %s', (_what, text, why) => {
    expect(() => readMessage(text)).toThrow(expect.objectContaining({ kind: 'malformed-answer' }));
    expect(() => readMessage(text)).toThrow(why);
  });
});
