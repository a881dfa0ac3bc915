import { describe, expect, it } from '@jest/globals';
import {
  isAskedAgain,
  readResolution,
  refusedBeforeAsking,
  refusedByExchange,
  type GrantedResolution,
} from '../../../src/domain/order/resolve.ts';
import { DEFAULT_POLICY } from '../../../src/domain/order/policy.ts';
import { anOrder, aTrade, ORDER_ID, START } from './support/builders.ts';

const GIVEN = { status: 'failed', requestedBy: 'ann', reason: 'purged' };
const WINDOW_MS = DEFAULT_POLICY.placeForMs;
const STARTED_MS = Date.parse(START);

describe('a resolution', () => {
  it('is read with its status, who and why', () => {
    expect(readResolution(GIVEN)).toEqual({
      kind: 'sound',
      resolution: { status: 'failed', requester: { requestedBy: 'ann', reason: 'purged' } },
    });
  });

  it.each([
    ['no argument', undefined, ['status', 'requestedBy', 'reason']],
    ['null', null, ['status', 'requestedBy', 'reason']],
    ['another status', { ...GIVEN, status: 'completed' }, ['status']],
    ['nobody', { ...GIVEN, requestedBy: ' ' }, ['requestedBy']],
    ['no reason', { ...GIVEN, reason: null }, ['reason']],
  ])('is malformed with %s', (_what, argument, fields) => {
    const read = readResolution(argument);
    expect(read.kind === 'malformed' && read.errors.map(({ field }) => field)).toEqual(fields);
  });
});

describe('a resolution is refused before the exchange is asked', () => {
  it.each(['completed', 'cancelled', 'expired', 'failed', 'rejected'] as const)('of an order that is %s', (status) => {
    expect(refusedBeforeAsking(aTrade({ status }), STARTED_MS)).toContain(`ended as ${status}`);
  });

  it('of an order that is still being placed, however late it is', () => {
    const trade = aTrade({ postAttempts: 1 });
    for (const nowMs of [STARTED_MS, STARTED_MS + WINDOW_MS, STARTED_MS + 100 * WINDOW_MS]) {
      expect(refusedBeforeAsking(trade, nowMs)).toContain('may still be placed until 2026-11-23T12:00:30.000Z');
    }
  });

  it('of an order without an exchange id, until its placement window is closed', () => {
    const trade = aTrade({ status: 'stale' });
    expect(refusedBeforeAsking(trade, STARTED_MS + WINDOW_MS - 1)).not.toBeNull();
    expect(refusedBeforeAsking(trade, STARTED_MS + WINDOW_MS)).toBeNull();
  });

  it.each(['placing', 'pending', 'stale'] as const)(
    'not of an order that is %s and known at the exchange',
    (status) => {
      expect(refusedBeforeAsking(aTrade({ status, orderId: ORDER_ID }), STARTED_MS)).toBeNull();
    },
  );
});

describe('the exchange’s answer forbids a resolution', () => {
  it.each(['OPEN', 'PENDING', 'QUEUED', 'CANCEL_QUEUED', 'EDIT_QUEUED', 'FILLED'])('where it shows %s', (status) => {
    expect(refusedByExchange(anOrder({ status }))).toContain(`shows the order ${status}`);
  });

  it.each(['UNKNOWN_ORDER_STATUS', 'A_FUTURE_WORD', ''])(
    'not where it shows a status that is not known: %j',
    (status) => {
      expect(refusedByExchange(anOrder({ status }))).toBeNull();
    },
  );

  it.each(['CANCELLED', 'EXPIRED', 'FAILED'])('not where it shows the end %s, which is recorded instead', (status) => {
    expect(refusedByExchange(anOrder({ status }))).toBeNull();
  });
});

describe('a resolution whose answer was lost', () => {
  const requester = { requestedBy: 'ann', reason: 'purged' };
  const granted: GrantedResolution = { status: 'failed', requester, endedAs: 'expired' };
  const trade = aTrade({ status: 'expired' });

  it('is answered like the first when it is asked for again', () => {
    expect(isAskedAgain({ status: 'failed', requester }, granted, trade)).toBe(true);
  });

  it('is another one with another status, by somebody else, for another reason, or where the trade ended otherwise', () => {
    expect(isAskedAgain({ status: 'failed', requester }, null, trade)).toBe(false);
    expect(isAskedAgain({ status: 'cancelled', requester }, granted, trade)).toBe(false);
    expect(isAskedAgain({ status: 'failed', requester: { ...requester, requestedBy: 'bob' } }, granted, trade)).toBe(
      false,
    );
    expect(isAskedAgain({ status: 'failed', requester: { ...requester, reason: 'x' } }, granted, trade)).toBe(false);
    expect(isAskedAgain({ status: 'failed', requester }, granted, aTrade({ status: 'failed' }))).toBe(false);
  });
});
