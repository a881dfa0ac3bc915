/** A sync that only compares: the machine of the order judges what the exchange shows, and is never run. */
import { initialTransition, transition } from 'xstate';
import { PRESENT_EDITION } from './edition.ts';
import { createOrderMachine } from './machine.ts';
import type { Requester } from './order-context.ts';
import { reportSync, type SyncLook } from './sync-report.ts';
import type { SyncReport, Trade } from './trade.ts';

/** `after` is what a sync would write. Without an answer of the exchange it is the row as it is, and `error` says why. */
export function dryRun(row: Trade, look: SyncLook, requester: Requester): SyncReport {
  const after = look.kind === 'seen' ? judged(row, look, requester) : row;
  return reportSync({ before: row, look, after, requester });
}

/** Where the observation leads the machine. As nothing runs it, nothing that it wants done is done. */
function judged(row: Trade, { order, at, source }: Extract<SyncLook, { kind: 'seen' }>, requester: Requester): Trade {
  const machine = createOrderMachine(() => at);
  const [present] = initialTransition(machine, { trade: row, resumed: true, edition: PRESENT_EDITION });
  const observed = { type: 'OBSERVED', order, seenAt: at, source, layer: 'manual-sync', requester } as const;
  const [next] = transition(machine, present, observed);
  return next.context.trade;
}
