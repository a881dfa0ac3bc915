/** One look that somebody waits for: a manual sync, or an operator's resolve. */
import type { ExchangeOrder } from '../../domain/order/exchange-order.ts';
import { ABSENT_AT_EXCHANGE } from '../../domain/order/sync-report.ts';
import { ExchangeError } from '../../ports/exchange.ts';
import { lookUpOrder, type LookupPorts } from './lookup-order.ts';
import { now } from '../runtime/activity-context.ts';

export interface LookInput {
  clientOrderId: string;
  orderId: string | null;
}

export type LookOutcome =
  | { kind: 'seen'; order: ExchangeOrder; source: 'look' | 'listing'; at: string }
  | { kind: 'absent'; error: string; at: string }
  | { kind: 'no-answer'; error: string; at: string };

/**
 * Asks once: a caller who gets no answer is told so at once and may ask again. Outside of an activity it is given the
 * signal that ends it, and then throws that signal's reason.
 */
export function lookAtOrder(ports: LookupPorts) {
  return async (input: LookInput, signal?: AbortSignal): Promise<LookOutcome> => {
    try {
      const seen = await lookUpOrder(ports, input, 'urgent', signal);
      if (seen.kind === 'seen') return { ...seen, at: now() };
      return { kind: 'absent', error: ABSENT_AT_EXCHANGE, at: now() };
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      return { kind: 'no-answer', error: error.message, at: now() };
    }
  };
}
