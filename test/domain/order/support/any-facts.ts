/** Random trades and facts: of one order at the exchange, of another under its id, in any order, and late. */
import fc from 'fast-check';
import type { ExchangeOrder } from '../../../../src/domain/order/exchange-order.ts';
import type { Fact } from '../../../../src/domain/order/fact.ts';
import { totalsOf } from '../../../../src/domain/order/fill-totals.ts';
import type { Trade } from '../../../../src/domain/order/trade.ts';
import { aFill, after, anOrder, aTrade, MARKET, ORDER_ID, RESTING } from './builders.ts';

const STATUSES = ['OPEN', 'PENDING', 'QUEUED', 'CANCEL_QUEUED', 'UNKNOWN_ORDER_STATUS', 'NEW_WORD'];
const ENDS = ['FILLED', 'CANCELLED', 'EXPIRED', 'FAILED'];

const requester = fc.constant({ requestedBy: 'ann', reason: 'why not' });
const attempt = fc.integer({ min: 1, max: 3 });
const lastError = fc.constantFrom(null, 'no answer');
const sizes = fc.constantFrom('0', '0.1', '0.2', '0.5');
const orderIds = fc.constantFrom(ORDER_ID, ORDER_ID, ORDER_ID, 'exchange-2');

/** As a look, or as sparse as a push. */
const orders: fc.Arbitrary<ExchangeOrder> = fc
  .record({
    status: fc.constantFrom(...STATUSES, ...ENDS, ...ENDS),
    filledSize: sizes,
    tells: fc.boolean(),
    orderId: orderIds,
    side: fc.constantFrom('BUY', 'BUY', 'BUY', 'BUY', 'SELL'),
    pendingCancel: fc.constantFrom(null, true, false),
    filledAtMs: fc.option(fc.nat(1_000)),
  })
  .map(({ tells, filledAtMs, ...fields }) =>
    anOrder({
      ...fields,
      ...(tells && fields.filledSize !== '0' && { averageFilledPrice: '20000', filledValue: '4000', totalFees: '0.5' }),
      lastFillTime: filledAtMs === null ? null : after(filledAtMs),
    }),
  );

/** Everything of a fact, but for its key and time. */
const contents = fc.oneof(
  fc.record({ type: fc.constant('accepted' as const), orderId: orderIds }),
  fc.record({ type: fc.constant('refused' as const), attempt, code: fc.constant('NO'), message: fc.constant('') }),
  fc.record({
    type: fc.constant('denied' as const),
    attempt,
    kind: fc.constantFrom('unauthorised' as const, 'not-sent' as const),
    message: fc.constant(''),
  }),
  fc.record({
    type: fc.constant('outcome-unknown' as const),
    attempt,
    kind: fc.constant('timeout'),
    message: fc.constant(''),
  }),
  fc.record({ type: fc.constant('mismatch' as const), orderId: orderIds, fields: fc.constant<string[]>(['side']) }),
  fc.record(
    { type: fc.constant('placement-closed' as const), unauthorised: fc.boolean(), haltedBy: requester },
    { requiredKeys: ['type', 'unauthorised'] },
  ),
  { weight: 8, arbitrary: fc.record({ type: fc.constant('observed' as const), order: orders, source: sources() }) },
  fc.record({
    type: fc.constant('observed' as const),
    order: orders,
    source: sources(),
    layer: fc.constant('manual-sync' as const),
    requester,
  }),
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('checked' as const),
      order: fc.option(orders),
      looks: fc.constant(10),
      lastError,
    }),
  },
  fc.constant({ type: 'window-closed' as const }),
  fc.record({ type: fc.constant('unconfirmed' as const), since: times(), lastError }),
  fc.record({ type: fc.constant('cancel-requested' as const), requester, evidence: fc.constant(null) }),
  fc.record({ type: fc.constant('cancel-answered' as const), submitted: fc.boolean(), failureReason: lastError }),
  fc.record({
    type: fc.constant('resolved' as const),
    status: fc.constantFrom('cancelled' as const, 'failed' as const),
    requester,
  }),
  fc.record({
    type: fc.constant('noted' as const),
    cause: fc.constant('manual_sync_failed' as const),
    requester,
    evidence: fc.constant(null),
  }),
  fc.record({ type: fc.constant('reclaimed' as const), order: orders, requester }),
  fc.record({
    type: fc.constant('fills' as const),
    fillCount: fc.constant(1),
    totals: sizes.map((size) => totalsOf([aFill({ size })])),
    shownSize: fc.option(sizes),
    overdue: fc.boolean(),
  }),
);

export const facts: fc.Arbitrary<Fact> = fc
  .tuple(contents, times(), fc.uuid())
  .map(([content, at, key]) => ({ ...content, at, key }));

/** A new trade, attempted up to three times before the facts come. */
export const trades: fc.Arbitrary<Trade> = fc
  .record({ orderConfiguration: fc.constantFrom(MARKET, RESTING), postAttempts: fc.nat(3) })
  .map((fields) => aTrade(fields));

/** Within 400 s, so that windows pass and cancels are lost. */
function times(): fc.Arbitrary<string> {
  return fc.nat(400_000).map(after);
}

function sources() {
  return fc.constantFrom('look' as const, 'listing' as const, 'push' as const, 'sweep' as const);
}
