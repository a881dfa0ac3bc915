import { describe, expect, it } from '@jest/globals';
import { dryRun } from '../../../src/domain/order/dry-run.ts';
import type { ExchangeOrder } from '../../../src/domain/order/exchange-order.ts';
import type { Trade } from '../../../src/domain/order/trade.ts';
import type { SyncReport } from '../../../src/domain/order/sync-report.ts';
import { aFilledOrder, after, anOrder, aTrade, ORDER_ID, RESTING } from './support/builders.ts';

const MIA = { requestedBy: 'mia', reason: 'looks stuck' };
const AT = after(60_000);

function compared(row: Partial<Trade>, order: ExchangeOrder): SyncReport {
  return dryRun(aTrade(row), { kind: 'seen', order, source: 'look', at: AT }, MIA);
}

describe('a dry run of a sync', () => {
  it('shows what would be written for a fill that nobody saw', () => {
    const order = aFilledOrder({ lastFillTime: after(5_000) });

    expect(compared({ status: 'stale', orderId: ORDER_ID, staleSince: after(0) }, order)).toEqual({
      orderId: ORDER_ID,
      clientOrderId: 'bot7-1',
      ...MIA,
      before: { state: 'stale', status: 'stale', filledSize: '0', filledAt: null },
      coinbase: {
        status: 'FILLED',
        filledSize: '0.5',
        averageFilledPrice: '20000.00',
        totalFees: '1.25',
        filledValue: '10000.00',
        lastFillTime: after(5_000),
      },
      after: { state: 'completed', status: 'completed', filledSize: '0.5', filledAt: after(5_000) },
      changed: true,
      syncedAt: AT,
      error: null,
    });
  });

  const WAYS: readonly [what: string, row: Partial<Trade>, order: ExchangeOrder, then: Partial<SyncReport['after']>][] =
    [
      ['an order as it is known', { status: 'pending', orderId: ORDER_ID }, anOrder(), { status: 'pending' }],
      [
        'a resting order that is confirmed',
        { status: 'stale', orderId: ORDER_ID, orderConfiguration: RESTING, staleSince: after(0) },
        anOrder(),
        { status: 'pending', state: 'monitoring' },
      ],
      [
        'an immediate order that is still open',
        { status: 'stale', orderId: ORDER_ID, staleSince: after(0) },
        anOrder(),
        { status: 'stale' },
      ],
      ['an order that was accepted unknown to us', { status: 'placing' }, anOrder(), { state: 'immediate-check' }],
      [
        'another order under its client order id',
        { status: 'stale', staleSince: after(0) },
        anOrder({ side: 'SELL' }),
        { status: 'failed', state: 'closed' },
      ],
      [
        'an ended order that the exchange shows open',
        { status: 'cancelled', orderId: ORDER_ID, fillsComplete: true },
        anOrder(),
        { status: 'cancelled', state: 'closed' },
      ],
      [
        'an ended order with more fills than are known',
        { status: 'cancelled', orderId: ORDER_ID, fillsComplete: true },
        anOrder({ status: 'CANCELLED', filledSize: '0.2' }),
        { status: 'cancelled', filledSize: '0.2' },
      ],
      [
        'an operator’s word that is disproved',
        { status: 'failed', reason: 'RESOLVED_BY_OPERATOR', orderId: ORDER_ID, fillsComplete: true },
        aFilledOrder(),
        { status: 'completed', filledSize: '0.5' },
      ],
      [
        'a word that nobody knows',
        { status: 'pending', orderId: ORDER_ID },
        anOrder({ status: 'ODD' }),
        { status: 'pending' },
      ],
    ];

  it.each(WAYS)('decides as a sync that is written does: %s', (_what, row, order, then) => {
    const report = compared(row, order);
    expect(report.after).toMatchObject(then);
    expect(report.changed).toBe(JSON.stringify(report.before) !== JSON.stringify(report.after));
  });

  it('changes nothing without an answer, and says why', () => {
    const row = aTrade({ status: 'pending', orderId: ORDER_ID });
    expect(dryRun(row, { kind: 'no-answer', error: 'out of reach', at: AT }, MIA)).toMatchObject({
      before: { status: 'pending' },
      coinbase: null,
      after: { status: 'pending' },
      changed: false,
      error: 'out of reach',
    });
  });

  it('does not touch the row that it is given', () => {
    const row = aTrade({ status: 'pending', orderId: ORDER_ID });
    const before = structuredClone(row);
    dryRun(row, { kind: 'seen', order: aFilledOrder(), source: 'look', at: AT }, MIA);
    expect(row).toEqual(before);
  });
});
