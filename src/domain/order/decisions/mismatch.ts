/** An order that the exchange shows under our ids and that is not the one that was meant. */
import { decision, type Alert, type Decision } from '../decision.ts';
import { evidenceOf } from '../exchange-order.ts';
import type { ObservedFact } from '../fact.ts';
import { mismatches } from '../match-intent.ts';
import { isEnded, stateOf, type Trade } from '../trade.ts';
import { CLIENT_ORDER_ID_MISMATCH, closedWithout, layerOf } from './end.ts';

/** It has another exchange id than the trade, or does not fit a trade that ended without one. */
export function isForeign(trade: Trade, { order }: Pick<ObservedFact, 'order'>): boolean {
  if (trade.orderId !== null) return trade.orderId !== order.orderId;
  return isEnded(trade.status) && mismatches(trade, order).length > 0;
}

/** A foreign order decides nothing. */
export function foreignOrder(trade: Trade, { order, source, requester }: ObservedFact): Decision {
  const hasOtherId = trade.orderId !== null && trade.orderId !== order.orderId;
  const fields = [...(hasOtherId ? ['order_id'] : []), ...mismatches(trade, order)];
  return decision(
    { trade, cause: 'intent_mismatch', source },
    { requester, evidence: { fields, ...evidenceOf(order) }, alert: mismatchAlert(trade, fields) },
  );
}

/** The order is not the one that was meant, so it is not ours: the trade ends without an exchange id. */
export function disowned(trade: Trade, fact: ObservedFact, fields: readonly string[]): Decision {
  const { order, source, requester, at } = fact;
  const layer = fact.layer ?? layerOf(stateOf(trade));
  const end = { status: 'failed', reason: CLIENT_ORDER_ID_MISMATCH, layer, at } as const;
  return decision(
    { trade: closedWithout({ ...trade, orderId: null }, end), cause: 'intent_mismatch', source },
    { requester, evidence: { fields, ...evidenceOf(order) }, alert: mismatchAlert(trade, fields) },
  );
}

/**
 * The fields in which the order differs from what was meant. Compared until the order was seen to be ours: after that it
 * may have been edited at the exchange, or an operator has said that it is the one.
 */
export function differencesFromIntent(trade: Trade, order: ObservedFact['order']): string[] {
  const wasSeen = trade.orderId !== null && trade.exchangeStatus !== null && trade.status !== 'placing';
  return wasSeen ? [] : mismatches(trade, order);
}

export function mismatchAlert(trade: Trade, fields: readonly string[]): Alert {
  return {
    kind: 'intent-mismatch',
    message: `the exchange has another order under ${trade.clientOrderId}: ${fields.join(', ')} differ`,
  };
}
