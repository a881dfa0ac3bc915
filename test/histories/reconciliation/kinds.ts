/** One disagreement of each kind, whose run of reconciliation and repaired order are kept in this folder. */
import type { LedgerOrder } from '../../../src/simulator/index.ts';
import type { SyncIssueKind } from '../../../src/domain/reconciliation/issue.ts';
import {
  correctedEnd,
  endedButRunning,
  purged,
  missedCancel,
  missedFill,
  ours,
  staleButResting,
} from '../../support/disagreements.ts';
import type { World } from '../../support/reconciling.ts';

export interface Kind {
  make(world: World): Promise<LedgerOrder>;
  /** The order's row when the repair is done. */
  becomes: string;
  /** False where the order lives on: its history is kept as it is then. */
  ends: boolean;
}

export const KINDS: Readonly<Record<SyncIssueKind, Kind>> = {
  missed_fill: { make: missedFill, becomes: 'completed', ends: true },
  missed_cancel: { make: missedCancel, becomes: 'cancelled', ends: true },
  figures_differ: { make: correctedEnd, becomes: 'completed', ends: true },
  ended_but_running: { make: endedButRunning, becomes: 'cancelled', ends: true },
  no_workflow: { make: (world) => world.unwatched(), becomes: 'pending', ends: false },
  stale: { make: staleButResting, becomes: 'pending', ends: false },
  unknown_at_exchange: { make: purged, becomes: 'pending', ends: false },
  orphan: { make: ours, becomes: 'pending', ends: false },
};
