/** Archives what waits, one run after the other: slowly enough that no order notices, and on from where it was when its worker dies. */
import { Context, log } from '@temporalio/activity';
import { messageOf } from '../../domain/message-of.ts';
import { emptyPass, type ArchivePass } from '../../domain/archive-report.ts';
import { orderStateOf } from '../../domain/order/order-state.ts';
import type { NotedRun } from '../../ports/history-archive.ts';
import type { ArchivePorts } from '../ports.ts';
import { cancellation, pause, withHeartbeat } from '../runtime/activity-context.ts';

const RUNS_A_PAGE = 100;
/** Of the time one part in four is work: on two busy cores that is 25 runs a second, more than there are orders. */
const PAUSE_SHARE = 3;
const MAX_PAUSE_MS = 1_000;
/** After so many failures in a row a server is unreachable, and the rest would fail as well. */
const GIVE_UP_AFTER = 5;

/** What a heartbeat carries: everything before `from` is done, or waits for another pass. */
interface Progress {
  from: string | null;
  pass: ArchivePass;
}

export function archiveRuns(ports: ArchivePorts) {
  return async ({ stopAtMs }: { stopAtMs: number }): Promise<ArchivePass> => {
    const earlier = Context.current().info.heartbeatDetails as Progress | undefined;
    const progress: Progress = earlier ?? { from: null, pass: emptyPass() };
    await withHeartbeat(
      () => archiveAll(ports, progress, stopAtMs),
      () => progress,
    );
    return progress.pass;
  };
}

async function archiveAll(ports: ArchivePorts, progress: Progress, stopAtMs: number): Promise<void> {
  let failedInARow = 0;
  for (;;) {
    const { runs, next } = await ports.histories.waiting(progress.from, RUNS_A_PAGE);
    for (const run of runs) {
      cancellation().throwIfAborted();
      if (Date.now() >= stopAtMs) return;
      const startedMs = performance.now();
      try {
        progress.pass[await archiveOne(ports, run)] += 1;
        failedInARow = 0;
      } catch (error) {
        failedInARow += 1;
        if (failedInARow === GIVE_UP_AFTER) throw error;
        const problem = messageOf(error);
        log.warn('a run could not be archived; it waits on', { ...run, error });
        progress.pass = { ...progress.pass, failed: progress.pass.failed + 1, problem };
      }
      await pause(Math.min((performance.now() - startedMs) * PAUSE_SHARE, MAX_PAUSE_MS));
    }
    if (next === null) return;
    progress.from = next;
  }
}

async function archiveOne(
  { histories, closedRuns, trades }: ArchivePorts,
  noted: NotedRun,
): Promise<'archived' | 'stillOpen' | 'lost'> {
  const { clientOrderId } = noted;
  const found = await closedRuns.read(noted);
  if (found.kind === 'open') return 'stillOpen';
  if (found.kind === 'gone') {
    await histories.markLost(noted);
    return 'lost';
  }
  if (found.run.closeStatus === 'TERMINATED') {
    // By a reset, maybe: the run that continues from there begins with this one's history, and has noted itself
    // nowhere.
    const runId = await closedRuns.latestRunOf(clientOrderId);
    if (runId !== null && runId !== noted.runId) await histories.noteRun({ clientOrderId, runId });
  }
  const trade = await trades.find(clientOrderId);
  await histories.add({ ...found.run, clientOrderId, finalState: trade === null ? null : orderStateOf(trade) });
  return 'archived';
}
