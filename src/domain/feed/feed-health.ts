/** The feed's health as its heartbeats report it, for processes other than the one that runs it. */
import { isRecord } from '../field-error.ts';

export interface FeedHealth {
  /** Whether the exchange pushes changes, and since when it does or does not; null where the feed has no push. */
  push: { connected: boolean; since: string; lossReason: string | null } | null;
  /** When the exchange last answered a question about open orders; null where none was asked. */
  sweptAt: string | null;
}

/** Null for anything else: what a heartbeat holds is no type. */
export function readFeedHealth(details: unknown): FeedHealth | null {
  const health = isRecord(details) ? details['health'] : null;
  if (!isRecord(health)) return null;
  const { push, sweptAt } = health;
  return { push: readPush(push), sweptAt: typeof sweptAt === 'string' ? sweptAt : null };
}

function readPush(value: unknown): FeedHealth['push'] {
  if (!isRecord(value) || typeof value['connected'] !== 'boolean' || typeof value['since'] !== 'string') return null;
  const { connected, since, lossReason } = value;
  return { connected, since, lossReason: typeof lossReason === 'string' ? lossReason : null };
}
