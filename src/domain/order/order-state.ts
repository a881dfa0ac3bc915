/** The state of an order as bots and operators see it. */
import { stateOf, type Layer, type OrderStateName, type Side, type Trade, type TradeStatus } from './trade.ts';

/** The answer of the query `orderState`, and the last of them is the result of `orderWorkflow`. */
export interface OrderState {
  clientOrderId: string;
  botId: string;
  productId: string;
  side: Side;
  orderId: string | null;
  state: OrderStateName;
  status: TradeStatus;
  exchangeStatus: string | null;
  filledSize: string;
  averageFilledPrice: string | null;
  totalFees: string | null;
  immediateFill: boolean;
  fillDetectedAt: string | null;
  filledAt: string | null;
  detectedBy: Layer | null;
  fillsComplete: boolean;
  lastCheckedAt: string | null;
  staleSince: string | null;
  reason: string | null;
}

export type OrderOutcome = OrderState;

export function orderStateOf(trade: Trade): OrderState {
  return {
    clientOrderId: trade.clientOrderId,
    botId: trade.botId,
    productId: trade.productId,
    side: trade.side,
    orderId: trade.orderId,
    state: stateOf(trade),
    status: trade.status,
    exchangeStatus: trade.exchangeStatus,
    filledSize: trade.filledSize,
    averageFilledPrice: trade.averageFilledPrice,
    totalFees: trade.totalFees,
    immediateFill: trade.immediateFill,
    fillDetectedAt: trade.fillDetectedAt,
    filledAt: trade.filledAt,
    detectedBy: trade.detectedBy,
    fillsComplete: trade.fillsComplete,
    lastCheckedAt: trade.lastCheckedAt,
    staleSince: trade.staleSince,
    reason: trade.reason,
  };
}

/** How a status is coloured, wherever it is shown. */
export function toneOf(status: TradeStatus): 'good' | 'bad' | 'wait' | 'plain' {
  switch (status) {
    case 'completed':
      return 'good';
    case 'placing':
    case 'pending':
      return 'wait';
    case 'stale':
    case 'failed':
    case 'rejected':
      return 'bad';
    case 'cancelled':
    case 'expired':
      return 'plain';
  }
}
