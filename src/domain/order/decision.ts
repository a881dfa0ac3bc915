/** What a fact makes of a trade: the row as it shall be, the event that says why, and whether a person must be alerted. */
import type { FactSource } from './fact.ts';
import { NOBODY, type Caller } from './requester.ts';
import type { Trade } from './trade.ts';
import type { EventCause } from './trade-event.ts';

/** Something an operator must be alerted to: the log's code, and one sentence. */
export interface Alert {
  kind: 'stale' | 'unknown-status' | 'contradiction' | 'corrected' | 'fills-incomplete' | 'intent-mismatch';
  message: string;
}

export interface Decision {
  /** The row as it shall be; the row as it is, where only an event is to be appended. */
  trade: Trade;
  cause: EventCause;
  source: FactSource;
  requester: Caller;
  /** Plain JSON: what was seen. */
  evidence: Record<string, unknown> | null;
  alert: Alert | null;
}

/** Completes a decision: no requester, no evidence and no alert, unless given. */
export function decision(
  required: Pick<Decision, 'trade' | 'cause' | 'source'>,
  more: { requester?: Caller | undefined; evidence?: Decision['evidence']; alert?: Alert | null } = {},
): Decision {
  const { requester = NOBODY, evidence = null, alert = null } = more;
  return { ...required, requester, evidence, alert };
}
