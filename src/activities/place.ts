/** One attempt at placing an order; Temporal repeats it until the outcome is known or the placement window closes. */
import { ApplicationFailure } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { mismatches } from '../order/match-intent.ts';
import type { PlaceInput, PlacementOutcome } from '../order/order-context.ts';
import type { Trade } from '../order/trade.ts';
import { ExchangeError, type AcceptedOrder } from '../ports/exchange.ts';
import { glimpse } from './glimpse.ts';
import type { Ports } from './ports.ts';
import { cancellation, now, withHeartbeat } from './pulse.ts';

/**
 * First a place in the request budget, then the permission of the database, which commits the attempt, then the POST:
 * in this order nothing that has to wait lies between the permission and the POST.
 */
export function placeOrder(ports: Ports) {
  return ({ clientOrderId }: PlaceInput): Promise<PlacementOutcome> =>
    withHeartbeat(async () => {
      await ports.exchange.reservePlacement(cancellation());
      const permit = await ports.trades.beginPostAttempt(clientOrderId);
      switch (permit.kind) {
        case 'granted':
          return post(ports, permit.trade, permit.attempt);
        case 'settled':
          return alreadySettled(permit.trade);
        case 'window-closed':
          return permit.trade.postAttempts === 0
            ? { kind: 'never-attempted', at: now() }
            : searchOnce(ports, permit.trade);
      }
    });
}

async function post(ports: Ports, trade: Trade, attempt: number): Promise<PlacementOutcome> {
  try {
    return judge(trade, await ports.exchange.createOrder(trade));
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    const isRefusal = error.kind === 'refused' || error.kind === 'unauthorised';
    // Any earlier attempt has an unknown outcome, or there would be no second: it may have taken the funds, so that the
    // refusal of a later one proves nothing.
    if (isRefusal && attempt === 1) {
      return { kind: 'refused', code: error.code ?? error.kind.toUpperCase(), message: error.message, at: now() };
    }
    await ports.trades.note({
      clientOrderId: trade.clientOrderId,
      state: 'placed',
      cause: 'post_outcome',
      source: 'post',
      evidence: { attempt, kind: error.kind, message: error.message },
    });
    throw ApplicationFailure.create({
      message: `attempt ${attempt} to place ${trade.clientOrderId} has no known outcome: ${error.message}`,
      type: 'UnknownOutcome',
      category: ApplicationFailureCategory.BENIGN,
    });
  }
}

/** For a repeated client order id Coinbase answers with the older order, so the answer is compared with the intent. */
function judge(trade: Trade, accepted: AcceptedOrder): PlacementOutcome {
  const fields = mismatches(trade, { ...accepted, createdTime: null });
  if (fields.length > 0) return { kind: 'mismatch', fields, orderId: accepted.orderId, at: now() };
  return { kind: 'accepted', orderId: accepted.orderId, at: now() };
}

/** Another run, a push or a sync came first. */
function alreadySettled(trade: Trade): PlacementOutcome {
  return trade.status === 'placing' && trade.orderId !== null
    ? { kind: 'accepted', orderId: trade.orderId, at: now() }
    : { kind: 'settled', trade };
}

/** The window closed on an unknown outcome: before the order is called stale, the listing is searched for it. */
async function searchOnce(ports: Ports, trade: Trade): Promise<PlacementOutcome> {
  try {
    const seen = await glimpse(ports, { clientOrderId: trade.clientOrderId, orderId: null }, 'urgent');
    if (seen.kind === 'seen') return { kind: 'accepted', orderId: seen.order.orderId, at: now() };
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
  }
  return { kind: 'unknown', at: now() };
}
