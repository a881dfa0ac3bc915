/** Which build of the workflows' code wrote a history: 16 hexadecimal digits of the SHA-256 of the bundled code. */
import type { temporal } from '@temporalio/proto';

const DIGITS = 16;

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** The SDK names a worker by its own package and, in full, the SHA-256 of the workflows' code that the worker runs. */
const WORKER_BUILD = /\+([0-9a-f]{64})$/;

/** The build that did the run's last workflow task; null where none was ever done. */
export function buildIdIn(events: readonly HistoryEvent[]): string | null {
  const last = events.findLast(({ workflowTaskCompletedEventAttributes: done }) => done?.workerVersion);
  const name = last?.workflowTaskCompletedEventAttributes?.workerVersion?.buildId ?? '';
  return WORKER_BUILD.exec(name)?.[1]?.slice(0, DIGITS) ?? null;
}
