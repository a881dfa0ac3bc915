/** The operator's last word on an order that cannot be verified, and when it is refused. */
import { isRecord, show, type FieldError } from './field-error.ts';
import { meaningOf, type ExchangeOrder } from './exchange-order.ts';
import type { Requester } from './order-context.ts';
import { isEnded, stateOf, type Trade } from './trade.ts';

export interface Resolution {
  status: 'cancelled' | 'failed';
  requester: Requester;
}

export type ReadResolution = { kind: 'sound'; resolution: Resolution } | { kind: 'malformed'; errors: FieldError[] };

/** All three fields are required: who overrules the record must say so, and why. */
export function readResolution(argument: unknown): ReadResolution {
  const given = isRecord(argument) ? argument : {};
  const { status, requestedBy, reason } = given;
  const errors: FieldError[] = [];
  if (status !== 'cancelled' && status !== 'failed') {
    errors.push({ field: 'status', message: `must be cancelled or failed, not ${show(status)}` });
  }
  for (const [field, value] of Object.entries({ requestedBy, reason })) {
    const isText = typeof value === 'string' && value.trim() !== '';
    if (!isText) errors.push({ field, message: `must be a text, not ${show(value)}` });
  }
  if (errors.length > 0) return { kind: 'malformed', errors };
  return { kind: 'sound', resolution: { status, requester: { requestedBy, reason } } as Resolution };
}

/** Why the order cannot be resolved before the exchange is asked, or null. `nowMs` is the asker's clock. */
export function refusedBeforeAsking(trade: Trade, nowMs: number): string | null {
  if (isEnded(trade.status)) return `the order has ended as ${trade.status} already`;
  const windowClosesMs = Date.parse(trade.createdAt) + trade.policy.placeForMs;
  if (stateOf(trade) === 'placed' || (trade.orderId === null && nowMs < windowClosesMs)) {
    return `the order may still be placed until ${new Date(windowClosesMs).toISOString()}; ask again after that`;
  }
  return null;
}

/** Why the exchange's answer forbids it, or null when it shows another end, which is recorded instead. */
export function refusedByExchange(order: ExchangeOrder): string | null {
  const meaning = meaningOf(order.status);
  if (meaning.kind === 'ended' && meaning.as !== 'completed') return null;
  return `the exchange shows the order ${order.status}; sync it instead`;
}
