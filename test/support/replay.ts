/** Replays histories, as a rule with the bundle that the workers of this run have. */
import type { WorkflowHandle } from '@temporalio/client';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { workflowBundle } from './resources.ts';
import { ensureQuietRuntime } from './runtime.ts';

export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

/** How much of an error is shown: what did not fit, without the failure that is nested in it. */
const SHOWN = 400;

/** Histories by workflow id; answers what is wrong with those that do not replay. */
export async function replayAll(
  histories: ReadonlyMap<string, History>,
  bundle: WorkflowBundleOption = workflowBundle(),
): Promise<string[]> {
  ensureQuietRuntime();
  const wrong: string[] = [];
  let replayed = 0;
  const listed = [...histories].map(([workflowId, history]) => ({ workflowId, history }));
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: bundle }, listed)) {
    replayed += 1;
    if (error !== undefined) wrong.push(`${workflowId}: ${error.message.slice(0, SHOWN)}`);
  }
  if (replayed !== histories.size) wrong.push(`${replayed} of ${histories.size} histories were replayed`);
  return wrong;
}
