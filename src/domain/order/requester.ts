/** Who sent a command, read from whatever came with a signal or an update. */
import { isRecord } from '../field-error.ts';

/** Who sent a command, and why, as they say themselves; both may be unknown. */
export interface Requester {
  requestedBy: string | null;
  reason: string | null;
}

/** Beside what somebody says: who sent it, as the engine knows it. */
export interface Caller extends Requester {
  /** Temporal's identity of the client that sent it, or the command's; left out where nothing came from outside. */
  sentBy?: string | null | undefined;
}

export const NOBODY: Requester = { requestedBy: null, reason: null };

export interface ReadRequester {
  requester: Requester;
  /** What came, when it is not of the known shape: recorded as it is, and otherwise counted as nothing. */
  asItCame: Record<string, unknown> | null;
}

/** An operator's first click sends nothing, null or an empty text; all of that is as good as `{"requestedBy","reason"}`. */
export function readRequester(argument: unknown): ReadRequester {
  if (argument === undefined || argument === null) return { requester: NOBODY, asItCame: null };
  if (isRecord(argument) && Object.entries(argument).every(isKnownField)) {
    const { requestedBy, reason } = argument as Partial<Requester>;
    return { requester: { requestedBy: requestedBy ?? null, reason: reason ?? null }, asItCame: null };
  }
  return { requester: NOBODY, asItCame: { argument } };
}

function isKnownField([name, value]: [string, unknown]): boolean {
  return (name === 'requestedBy' || name === 'reason') && (typeof value === 'string' || value === null);
}
