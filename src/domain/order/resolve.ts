/** An operator's decision that an order has ended that cannot be verified, and when it is refused. */
import { isRecord, show, type FieldError } from '../field-error.ts';
import { meaningOf, type ExchangeOrder } from './exchange-order.ts';
import type { Requester } from './requester.ts';
import { isEnded, placementWindowEndMs, stateOf, type Trade, type TradeStatus } from './trade.ts';

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
    if (!isText) errors.push({ field, message: `must be a non-blank string, not ${show(value)}` });
  }
  if (errors.length > 0) return { kind: 'malformed', errors };
  return { kind: 'sound', resolution: { status, requester: { requestedBy, reason } } as Resolution };
}

/** In the evidence of an end that was recorded instead of the wanted one: the status that was wanted. */
export const RESOLVE_WANTED = 'resolve_wanted';

/** A resolution that was granted, and the status that the trade ended with: another where the exchange showed another end. */
export interface GrantedResolution extends Resolution {
  endedAs: TradeStatus;
}

/** True when the answer of a granted resolution was lost and it is asked for again: to be answered like the first. */
export function isAskedAgain(asked: Resolution, granted: GrantedResolution | null, trade: Trade): boolean {
  if (granted === null) return false;
  const { status, requester, endedAs } = granted;
  return (
    asked.status === status &&
    asked.requester.requestedBy === requester.requestedBy &&
    asked.requester.reason === requester.reason &&
    trade.status === endedAs
  );
}

/** Why the order cannot be resolved before the exchange is asked, or null. `nowMs` is the asker's clock. */
export function refusedBeforeAsking(trade: Trade, nowMs: number): string | null {
  if (isEnded(trade.status)) return `the order has ended as ${trade.status} already`;
  const windowClosesMs = placementWindowEndMs(trade);
  if (stateOf(trade) === 'placed' || (trade.orderId === null && nowMs < windowClosesMs)) {
    return `the order may still be placed until ${new Date(windowClosesMs).toISOString()}; ask again after that`;
  }
  return null;
}

/**
 * Why the exchange's answer forbids it, or null: it shows another end, which is recorded instead, or a status that is not
 * known, which is neither an end nor open.
 */
export function refusedByExchange(order: ExchangeOrder): string | null {
  const meaning = meaningOf(order.status);
  const isForbidden = meaning.kind === 'open' || (meaning.kind === 'ended' && meaning.as === 'completed');
  return isForbidden ? `the exchange shows the order ${order.status}; sync it instead` : null;
}
