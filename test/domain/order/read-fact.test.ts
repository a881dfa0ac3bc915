import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readObserved, readUnconfirmed } from '../../../src/domain/order/read-fact.ts';
import { aFilledOrder, after, anObservation, anOrder, RESTING } from './support/builders.ts';
import { holds } from './support/holds.ts';

const UNCONFIRMED = {
  type: 'unconfirmed',
  key: 'u/1',
  at: after(0),
  since: after(-5),
  lastError: 'no answer',
} as const;

/** As it arrives with a signal. */
function sent<Argument>(argument: Argument): Argument {
  return JSON.parse(JSON.stringify(argument)) as Argument;
}

const NOT_FACTS: [string, unknown][] = [
  ['no argument', undefined],
  ['null', null],
  ['a string', 'observed'],
  ['an empty string', ''],
  ['a number', 7],
  ['a list', [anObservation()]],
  ['an empty object', {}],
  ['a fact of another kind', { type: 'window-closed', key: 'k', at: after(0) }],
];

describe('an observation that came with a signal', () => {
  it.each([
    ['a push', anObservation()],
    ['a sweep’s', anObservation({ source: 'sweep', order: aFilledOrder({ lastFillTime: after(5), reason: '' }) })],
    ['a reconciliation’s', anObservation({ source: 'listing', layer: 'reconciliation' })],
    [
      'as sparse as can be',
      anObservation({
        order: anOrder({ clientOrderId: null, createdTime: null, pendingCancel: null, numberOfFills: null }),
      }),
    ],
    [
      'as full as can be',
      anObservation({
        order: aFilledOrder({ orderConfiguration: RESTING, totalFees: '-0.25', lastUpdateTime: after(7) }),
        evidence: { asked: true },
      }),
    ],
  ])('is read as it was sent: %s', (_what, fact) => {
    expect(readObserved(sent(fact))).toEqual(sent(fact));
  });

  it.each([...NOT_FACTS, ['the other kind', UNCONFIRMED]])('is invalid if it is %s', (_what, argument) => {
    expect(readObserved(argument)).toBeNull();
  });

  it.each(['type', 'key', 'at', 'order', 'source'])('is invalid without its %s', (field) => {
    expect(readObserved({ ...anObservation(), [field]: undefined })).toBeNull();
    expect(readObserved({ ...anObservation(), [field]: null })).toBeNull();
    expect(readObserved({ ...anObservation(), [field]: 7 })).toBeNull();
  });

  it.each(Object.keys(anOrder()))('is invalid without its order’s %s', (field) => {
    const order = { ...anOrder(), [field]: undefined };
    expect(readObserved({ ...anObservation(), order })).toBeNull();
  });

  it.each<[string, unknown]>([
    ['filledSize', ''],
    ['filledSize', 0.5],
    ['filledSize', 'much'],
    ['averageFilledPrice', 20_000],
    ['totalFees', 'none'],
    ['numberOfFills', 1.5],
    ['createdTime', 'yesterday'],
    ['lastFillTime', '2'],
    ['lastUpdateTime', null],
    ['pendingCancel', 'true'],
    ['orderConfiguration', 'market'],
    ['orderId', ''],
    ['status', null],
  ])('is invalid if its order has the %s %j', (field, value) => {
    expect(readObserved({ ...anObservation(), order: { ...anOrder(), [field]: value } })).toBeNull();
  });

  it.each<[string, unknown]>([
    ['at', 'now'],
    ['source', 'rumour'],
    ['layer', 'manual-sync'],
    ['requester', 'ann'],
    ['requester', { requestedBy: 'ann', reason: null }],
    ['evidence', 'seen'],
  ])('is invalid with the %s %j', (field, value) => {
    expect(readObserved({ ...anObservation(), [field]: value })).toBeNull();
  });
});

describe('what came as `unconfirmed`', () => {
  it.each([UNCONFIRMED, { ...UNCONFIRMED, lastError: null }])('is read as it was sent: %j', (fact) => {
    expect(readUnconfirmed(sent(fact))).toEqual(fact);
  });

  it.each([...NOT_FACTS, ['the other kind', anObservation()]])('is invalid if it is %s', (_what, argument) => {
    expect(readUnconfirmed(argument)).toBeNull();
  });

  it.each(['type', 'key', 'at', 'since', 'lastError'])(
    'is invalid without its %s, or with a number for it',
    (field) => {
      expect(readUnconfirmed({ ...UNCONFIRMED, [field]: undefined })).toBeNull();
      expect(readUnconfirmed({ ...UNCONFIRMED, [field]: 7 })).toBeNull();
    },
  );
});

describe('whatever comes with a signal', () => {
  it('is read or is null, without throwing', async () => {
    const near = fc.record(
      {
        type: fc.constantFrom('observed', 'unconfirmed'),
        key: fc.anything(),
        at: fc.anything(),
        order: fc.oneof(fc.anything(), fc.constant(anOrder())),
        source: fc.constantFrom('push', 'sweep', 7),
        since: fc.anything(),
      },
      { requiredKeys: [] },
    );
    const property = fc.property(fc.oneof(fc.anything({ withNullPrototype: true }), near), (argument) => {
      expect([null, argument]).toContain(readObserved(argument));
      expect([null, argument]).toContain(readUnconfirmed(argument));
    });
    await expect(holds(property)).resolves.toBeUndefined();
  });
});
