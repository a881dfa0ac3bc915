/** What a workflow decided, found by replaying its history. Replay alone compares neither inputs nor durations. */
import { fileURLToPath } from 'node:url';
import { Worker, type InjectedSinks, type WorkflowBundleOption } from '@temporalio/worker';
import { buildWorkflowBundle } from '../../src/temporal/workflow-bundle.ts';
import type { Decision, DecisionSinks } from './decisions-interceptor.ts';
import { ensureQuietRuntime } from './runtime.ts';

/** A file of test/histories. */
export interface RecordedHistory {
  /** As Temporal's JSON has it. */
  history: { events: Record<string, unknown>[] };
  decisions: Decision[];
}

/** The workflows' bundle with an interceptor that reports every decision. Built once for each test file: it takes 1.5 s. */
export function buildDecisionsBundle(): Promise<WorkflowBundleOption> {
  return buildWorkflowBundle([fileURLToPath(new URL('./decisions-interceptor.ts', import.meta.url))]);
}

/** Rejects when the history does not replay. */
export async function decisionsOf(history: unknown, decisionsBundle: WorkflowBundleOption): Promise<Decision[]> {
  ensureQuietRuntime();
  const decisions: Decision[] = [];
  const sinks: InjectedSinks<DecisionSinks> = {
    decisions: { made: { fn: (_info, decision) => void decisions.push(decision), callDuringReplay: true } },
  };
  await Worker.runReplayHistory({ workflowBundle: decisionsBundle, sinks }, history, workflowIdIn(history));
  return JSON.parse(JSON.stringify(decisions)) as Decision[];
}

/** A replay needs it, because a workflow may look at its id. */
export function workflowIdIn(history: unknown): string {
  const { events } = history as { events: { workflowExecutionStartedEventAttributes?: { workflowId?: string } }[] };
  const workflowId = events[0]?.workflowExecutionStartedEventAttributes?.workflowId;
  if (!workflowId) throw new Error('the history does not name its workflow');
  return workflowId;
}
