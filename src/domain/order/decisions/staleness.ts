/** When an order blocks its bot undecided for longer than its policy allows. */
import { decision, type Decision } from '../decision.ts';
import type { UnconfirmedFact, WindowClosedFact } from '../fact.ts';
import { isImmediate } from '../order-configuration.ts';
import type { Caller } from '../requester.ts';
import type { Trade } from '../trade.ts';

type StaleCause = 'window_closed' | 'unconfirmed' | 'placement_unknown';

/** An order that should have ended by itself is still open, or unseen, at the end of its monitoring window. */
export function windowClosed(trade: Trade, { at }: WindowClosedFact): Decision | null {
  if (trade.status !== 'pending' || !isImmediate(trade.orderConfiguration)) return null;
  return stale(trade, 'window_closed', at);
}

/** An answer that came since then has confirmed the order. */
export function unconfirmed(trade: Trade, { at, since, lastError }: UnconfirmedFact): Decision | null {
  if (trade.status !== 'pending' || isImmediate(trade.orderConfiguration)) return null;
  if (trade.lastCheckedAt !== null && Date.parse(trade.lastCheckedAt) > Date.parse(since)) return null;
  return stale(trade, 'unconfirmed', at, { since, last_error: lastError });
}

/** The placement window closed, or placing was halted, and the outcome of an attempt is not known. */
export function placementUnknown(trade: Trade, at: string, haltedBy?: Caller): Decision {
  if (haltedBy === undefined) return stale(trade, 'placement_unknown', at);
  const { requestedBy, reason } = haltedBy;
  return stale(trade, 'placement_unknown', at, { halted_by: requestedBy, halted_because: reason });
}

function stale(trade: Trade, cause: StaleCause, at: string, evidence: Record<string, unknown> = {}): Decision {
  return decision(
    { trade: { ...trade, status: 'stale', staleSince: at }, cause, source: 'timer' },
    {
      evidence: { status: trade.exchangeStatus, last_checked_at: trade.lastCheckedAt, ...evidence },
      alert: { kind: 'stale', message: messageOf(trade, cause) },
    },
  );
}

function messageOf({ clientOrderId, policy }: Trade, cause: StaleCause): string {
  switch (cause) {
    case 'window_closed':
      return `${clientOrderId} has not ended within ${policy.monitorForMs} ms of monitoring`;
    case 'unconfirmed':
      return `${clientOrderId} could not be confirmed at the exchange for ${policy.monitorForMs} ms`;
    case 'placement_unknown':
      return `${clientOrderId} was sent, and it is not known whether the exchange has it; it is not sent again`;
  }
}
