/** Whether the torture sees what is wrong, if it is. */
import { describe, expect, it } from '@jest/globals';
import { wrongAnswers } from '../../../bench/torture/answers.ts';
import type { Call } from '../../../bench/torture/calls.ts';
import type { Known } from '../../../bench/torture/clients.ts';
import type { Outage } from '../../../bench/torture/link-faults.ts';
import { blockingOf, wrongPermissions } from '../../../bench/torture/permissions.ts';
import { wrongPosts } from '../../../bench/torture/posts.ts';
import type { OrderRequest } from '../../../src/domain/order/order-request.ts';
import { DEFAULT_POLICY } from '../../../src/domain/order/policy.ts';
import type { Trade } from '../../../src/domain/order/trade.ts';
import type { StoredEvent } from '../../../src/ports/trade-store.ts';
import type { PostRecord } from '../../../src/simulator/index.ts';

const request: OrderRequest = {
  clientOrderId: 'a',
  botId: 'bot-1',
  productId: 'BTC-USD',
  side: 'BUY',
  orderConfiguration: { market_market_ioc: { quote_size: '10.00' } },
};
const other: OrderRequest = { ...request, productId: 'LTC-USD' };
const BEGIN_MS = Date.parse('2026-11-23T10:00:00.000Z');
const trade = {
  ...request,
  status: 'completed',
  postAttempts: 1,
  policy: DEFAULT_POLICY,
  createdAt: new Date(BEGIN_MS).toISOString(),
} as Trade;

function call(name: Call['name'], fromMs: number, toMs: number | null, more: Partial<Call> = {}): Call {
  return {
    name,
    clientOrderId: 'a',
    request: name === 'place' ? request : name === 'place-other' ? other : null,
    botId: null,
    productId: null,
    invokedAtMs: BEGIN_MS + fromMs,
    answeredAtMs: toMs === null ? null : BEGIN_MS + toMs,
    outcome: toMs === null ? 'unknown' : 'ok',
    code: null,
    message: null,
    status: null,
    allowed: null,
    ...more,
  };
}

const known = (...calls: Call[]): Known => ({
  order: { scenario: 'fills at once', request, plan: {}, faults: [], botActs: [] },
  calls,
});
const failed = (code: string): Partial<Call> => ({ outcome: 'failed', code, message: 'why' });
const event = (atMs: number, cause: StoredEvent['cause'], toStatus: StoredEvent['toStatus']) =>
  ({ at: new Date(BEGIN_MS + atMs).toISOString(), cause, toStatus }) as StoredEvent;
const post = (atMs: number, more: Partial<PostRecord> = {}): PostRecord => ({
  clientOrderId: 'a',
  receivedAt: new Date(BEGIN_MS + atMs).toISOString(),
  body: '{}',
  outcome: 'created',
  handledAt: null,
  reason: null,
  ...more,
});

describe('what the clients were told', () => {
  it('is right where the placement was answered and stands in the row', () => {
    expect(wrongAnswers(known(call('place', 0, 10)), trade, [])).toEqual([]);
  });

  it('leaves open whether a placement without an answer was made', () => {
    expect(wrongAnswers(known(call('place', 0, null)), null, [])).toEqual([]);
    expect(wrongAnswers(known(call('place', 0, null)), trade, [])).toEqual([]);
  });

  it.each<[string, Call[], Trade | null, string]>([
    ['an answered placement without a row', [call('place', 0, 10)], null, 'LOST'],
    ['two requests that were both taken', [call('place', 0, 10), call('place-other', 20, 30)], trade, 'LOST'],
    ['a row that nobody asked for', [call('place', 0, null)], { ...trade, side: 'SELL' }, 'no client requested'],
    ['a refusal of the very request', [call('place', 0, 10, failed('ClientOrderIdConflict'))], trade, 'refused as'],
    ['a sound request refused', [call('place', 0, 10, failed('InvalidOrderRequest'))], null, 'InvalidOrderRequest'],
    [
      'a placed order not found',
      [call('place', 0, 10), call('read', 20, 30, failed('OrderNotFound'))],
      trade,
      'read failed',
    ],
    ['an error of no table', [call('sync', 0, 10, { outcome: 'unknown', code: 'unexpected' })], trade, 'sync threw'],
    [
      'an end that a later reader does not see',
      [call('read', 0, 10, { status: 'completed' }), call('read', 11, 20, { status: 'pending' })],
      trade,
      'REOPENED',
    ],
  ])('sees %s', (_what, calls, row, named) => {
    const wrong = wrongAnswers(known(...calls), row, []);
    expect(wrong).toHaveLength(new Set(wrong).size);
    expect(wrong.join()).toContain(named);
  });

  it('allows overlapping reads to come in either order', () => {
    const calls = [call('read', 0, 10, { status: 'completed' }), call('read', 5, 20, { status: 'pending' })];
    expect(wrongAnswers(known(...calls), trade, []).filter((word) => word.includes('REOPENED'))).toEqual([]);
  });

  it('allows an order not to be found before its placement was answered', () => {
    const calls = [call('cancel', 0, 5, failed('OrderNotFound')), call('place', 1, 10)];
    expect(wrongAnswers(known(...calls), trade, [])).toEqual([]);
  });
});

describe('what was posted', () => {
  it.each<[string, PostRecord[], Partial<Trade>, StoredEvent[], string]>([
    ['a POST without an attempt', [post(0), post(1)], {}, [], 'TWICE: 2 POSTs for 1'],
    ['two bodies', [post(0), post(1, { body: '[]' })], { postAttempts: 2 }, [], 'TWICE: its POSTs differ'],
    ['two orders', [post(0), post(1)], { postAttempts: 2 }, [], 'TWICE: two orders'],
    ['a POST after the window', [post(40_000)], {}, [], 'POSTED LATE'],
    ['a POST after the acceptance', [post(9_000)], {}, [event(1_000, 'accepted', 'placing')], 'TWICE: posted again'],
  ])('shows %s', (_what, posts, row, events, named) => {
    expect(wrongPosts({ ...trade, ...row }, posts, events, []).join()).toContain(named);
  });

  it('is not called late if the link held it back', () => {
    const outage: Outage = { link: 'worker–REST', kind: 'stall', fromMs: BEGIN_MS + 29_000, toMs: BEGIN_MS + 40_000 };
    expect(wrongPosts(trade, [post(40_500)], [], [outage])).toEqual([]);
    expect(wrongPosts(trade, [post(45_000)], [], [outage])).not.toEqual([]);
  });
});

describe('what bots were allowed', () => {
  const asked = (fromMs: number, toMs: number): Known =>
    known(
      call('place', 0, 10),
      call('can-trade', fromMs, toMs, { botId: 'bot-1', productId: 'BTC-USD', allowed: true }),
    );

  it.each<[string, number, number, number]>([
    ['while an order blocked', 20, 30, 1],
    ['before anybody knew of the order', 5, 8, 0],
    ['when the order ended meanwhile', 90, 110, 0],
  ])('%s', (_what, fromMs, toMs, count) => {
    const each = asked(fromMs, toMs);
    const blocking = blockingOf(each, trade, [event(0, 'intent', 'placing'), event(100, 'observed', 'completed')]);
    expect(wrongPermissions([each], blocking === null ? [] : [blocking])).toHaveLength(count);
  });
});
