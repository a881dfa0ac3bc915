import { Runtime } from '@temporalio/worker';
import { installRuntime } from '../../src/engine/runtime.ts';
import { createLog } from '../../src/process/log.ts';

/** Temporal's runtime with errors only in the log, once for each process. Needed before the first worker or replay. */
export function ensureQuietRuntime(): void {
  if (Runtime._instance === undefined) installRuntime(createLog({ level: 'error' }));
}
