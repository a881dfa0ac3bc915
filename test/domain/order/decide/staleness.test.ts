import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY } from '../../../../src/domain/order/policy.ts';
import { aFilledOrder, after, anOrder, ORDER_ID, RESTING } from '../support/builders.ts';
import { checking, type DecidedTrade, monitored, placementUnknown } from '../support/decided-trade.ts';

const WINDOW_MS = DEFAULT_POLICY.monitorForMs;
const RESTS = { orderConfiguration: RESTING };

function staleByWindow(): DecidedTrade {
  const order = monitored().pass(WINDOW_MS);
  order.learn({ type: 'window-closed' });
  return order;
}

function unconfirmed(): DecidedTrade {
  const order = monitored(anOrder(), RESTS).pass(WINDOW_MS);
  order.learn({ type: 'unconfirmed', since: after(0), lastError: 'no answer' });
  return order;
}

describe('the close of the monitoring window', () => {
  it('makes an immediate order stale, with an alert', () => {
    const order = staleByWindow();
    expect(order.trade).toMatchObject({ status: 'stale', staleSince: after(WINDOW_MS), orderId: ORDER_ID });
    expect(order.last).toMatchObject({
      cause: 'window_closed',
      source: 'timer',
      evidence: { status: 'OPEN', last_checked_at: after(0) },
      alert: { kind: 'stale' },
    });
  });

  it('changes nothing of a resting order, which stays open as long as it is confirmed', () => {
    const order = monitored(anOrder(), RESTS).pass(100 * WINDOW_MS);
    expect(order.learn({ type: 'window-closed' })).toBeNull();
  });

  it('changes nothing of an order that has ended, is stale already, or is still being checked', () => {
    const ended = monitored();
    ended.see(anOrder({ status: 'CANCELLED' }));
    for (const order of [ended, staleByWindow(), checking()]) {
      expect(order.pass(1).learn({ type: 'window-closed' })).toBeNull();
    }
  });
});

describe('a resting order that no answer confirms', () => {
  it('becomes stale, with an alert', () => {
    const order = unconfirmed();
    expect(order.trade).toMatchObject({ status: 'stale', staleSince: after(WINDOW_MS), orderId: ORDER_ID });
    expect(order.last).toMatchObject({
      cause: 'unconfirmed',
      source: 'timer',
      evidence: { since: after(0), last_error: 'no answer' },
      alert: { kind: 'stale' },
    });
  });

  it('is not called unconfirmed again, nor is one that was confirmed since', () => {
    expect(unconfirmed().learn({ type: 'unconfirmed', since: after(0), lastError: null })).toBeNull();
    const confirmed = monitored(anOrder(), RESTS).pass(10);
    confirmed.see(anOrder({ filledSize: '0.1' }));
    expect(confirmed.learn({ type: 'unconfirmed', since: after(9), lastError: null })).toBeNull();
  });

  it('is never an immediate order, nor one that has ended', () => {
    const ended = monitored(anOrder(), RESTS);
    ended.see(anOrder({ status: 'EXPIRED' }));
    for (const order of [monitored(), ended]) {
      expect(order.learn({ type: 'unconfirmed', since: after(WINDOW_MS), lastError: null })).toBeNull();
    }
  });
});

describe('a stale order', () => {
  it('completes when the fill is seen at last: by monitoring, not immediate, and no longer stale', () => {
    const order = staleByWindow();
    order.see(aFilledOrder());
    expect(order.trade).toMatchObject({
      status: 'completed',
      staleSince: null,
      detectedBy: 'monitoring',
      immediateFill: false,
      fillDetectedAt: after(WINDOW_MS),
    });
  });

  it('closes when another end is seen', () => {
    const order = staleByWindow();
    order.see(anOrder({ status: 'EXPIRED' }));
    expect(order.trade).toMatchObject({ status: 'expired', staleSince: null, detectedBy: 'monitoring' });
  });

  it('stays as it is after an answer without news', () => {
    expect(staleByWindow().pass(1_000).see(anOrder())).toBeNull();
  });
});

describe('an immediate order that is stale', () => {
  it('stays stale while the exchange shows it open, keeps since when, and takes over what was filled', () => {
    const order = staleByWindow().pass(1_000);
    order.see(anOrder({ filledSize: '0.1' }));
    expect(order.trade).toMatchObject({ status: 'stale', staleSince: after(WINDOW_MS), filledSize: '0.1' });
  });

  it('that was searched for and found open has its id, and stays stale', () => {
    const order = placementUnknown();
    order.see(anOrder(), { source: 'listing' });
    expect(order.trade).toMatchObject({ status: 'stale', orderId: ORDER_ID });
  });

  it('that was searched for and found filled is completed, not as an immediate fill', () => {
    const order = placementUnknown();
    order.see(aFilledOrder(), { source: 'listing' });
    expect(order.trade).toMatchObject({
      status: 'completed',
      orderId: ORDER_ID,
      immediateFill: false,
      detectedBy: 'monitoring',
    });
  });
});

describe('a resting order that is stale', () => {
  it('is monitored again as soon as it is confirmed open', () => {
    const order = unconfirmed().pass(5_000);
    order.see(anOrder({ filledSize: '0.1' }));
    expect(order.trade).toMatchObject({
      status: 'pending',
      staleSince: null,
      filledSize: '0.1',
      monitoredSince: after(WINDOW_MS + 5_000),
    });
  });

  it('is monitored again even when it is confirmed just as it was', () => {
    const order = unconfirmed();
    order.see(anOrder());
    expect(order.last).toMatchObject({ cause: 'observed', trade: { status: 'pending' } });
  });

  it('is not taken for confirmed by an answer that is older than what is known', () => {
    const order = unconfirmed();
    order.see(anOrder(), { at: after(-1) });
    expect(order.state).toBe('stale');
  });

  it('that was searched for and found open has its id and is monitored', () => {
    const order = placementUnknown(RESTS);
    order.see(anOrder(), { source: 'listing' });
    expect(order.trade).toMatchObject({ orderId: ORDER_ID, status: 'pending', staleSince: null });
  });

  it('is not taken for confirmed by a status that is not known', () => {
    const order = unconfirmed();
    order.see(anOrder({ status: 'UNKNOWN_ORDER_STATUS' }));
    expect(order.state).toBe('stale');
    expect(order.last.alert).toMatchObject({ kind: 'unknown-status' });
  });

  it('can become stale again, since then', () => {
    const order = unconfirmed();
    order.see(anOrder());
    order.pass(WINDOW_MS).learn({ type: 'unconfirmed', since: order.trade.lastCheckedAt ?? '', lastError: null });
    expect(order.trade).toMatchObject({ status: 'stale', staleSince: after(2 * WINDOW_MS) });
  });
});
