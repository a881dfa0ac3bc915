/** An order and its executions in the words of FIX 4.4: which code a status, a side and an entry of the fills has. */
import type { Fill } from '../../domain/order/exchange-order.ts';
import type { Side, Trade } from '../../domain/order/trade.ts';
import type { StoredEvent } from '../../ports/trade-store.ts';

/** Field 54. */
export function sideCode(side: Side): string {
  return side === 'BUY' ? '1' : '2';
}

/** Field 39. */
export function orderStatus({ status, orderId, filledSize }: Trade): string {
  switch (status) {
    case 'completed':
      return '2';
    case 'cancelled':
      return '4';
    case 'expired':
      return 'C';
    case 'failed':
    case 'rejected':
      return '8';
    case 'placing':
    case 'pending':
    case 'stale':
      if (orderId === null) return 'A';
      return /[1-9]/.test(filledSize) ? '1' : '0';
  }
}

/** Field 150, of an event that is an execution report; null of one that is not. Fills have reports of their own. */
export function eventType({ cause, fromStatus, toStatus }: StoredEvent): string | null {
  if (cause === 'intent') return 'A';
  if (cause === 'accepted' || cause === 'adopted') return '0';
  if (fromStatus === toStatus) return null;
  switch (toStatus) {
    case 'cancelled':
      return '4';
    case 'expired':
      return 'C';
    case 'failed':
    case 'rejected':
      return '8';
    default:
      return null;
  }
}

/** Field 150, of an entry of the exchange's fills. What is not known here is a trade, as its size counts as one. */
export function fillType({ tradeType }: Fill): string {
  switch (tradeType) {
    case 'CORRECTION':
      return 'G';
    case 'REVERSAL':
      return 'H';
    default:
      return 'F';
  }
}

/** Fields 38 and 152: the size in the base currency, or the money to spend. */
export function sizes({ orderConfiguration }: Trade): { OrderQty: string; CashOrderQty: string } {
  const body = Object.values(orderConfiguration)[0] ?? {};
  return { OrderQty: decimal(body['base_size']), CashOrderQty: decimal(body['quote_size']) };
}

function decimal(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
