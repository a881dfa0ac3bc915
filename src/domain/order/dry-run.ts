/** A sync that only compares: the same decision, and nobody writes it. */
import { decide } from './decide.ts';
import type { Requester } from './requester.ts';
import { reportSync, type SyncLook, type SyncReport } from './sync-report.ts';
import type { Trade } from './trade.ts';

/** `after` is what a sync would write. Without an answer of the exchange it is the row as it is, and `error` says why. */
export function dryRun(row: Trade, look: SyncLook, requester: Requester): SyncReport {
  return reportSync({ before: row, look, after: judged(row, look, requester), requester });
}

function judged(row: Trade, look: SyncLook, requester: Requester): Trade {
  if (look.kind !== 'seen') return row;
  const { order, at, source } = look;
  const fact = { type: 'observed', key: 'dry-run', order, at, source, layer: 'manual-sync', requester } as const;
  return decide(row, fact)?.trade ?? row;
}
