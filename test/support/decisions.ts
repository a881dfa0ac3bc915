/** What a workflow decided, found by replaying its history. Replay alone compares neither inputs nor durations. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker, type InjectedSinks, type WorkflowBundleOption } from '@temporalio/worker';
import { buildWorkflowBundle } from '../../src/temporal/workflow-bundle.ts';
import type { Decision, DecisionSinks } from './decisions-interceptor.ts';
import { replayAll } from './replay.ts';
import { ensureQuietRuntime } from './runtime.ts';

/** A file of test/histories. */
export interface RecordedHistory {
  /** As Temporal's JSON has it. */
  history: { events: Record<string, unknown>[] };
  decisions: Decision[];
}

let decisionsBundle: Promise<WorkflowBundleOption> | undefined;

/** The workflows' bundle with an interceptor that reports every decision. Built once for each process: it takes 3 s. */
export function buildDecisionsBundle(): Promise<WorkflowBundleOption> {
  return (decisionsBundle ??= buildWorkflowBundle(
    fileURLToPath(new URL('./decisions-interceptor.ts', import.meta.url)),
  ));
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

/** A replay gives each workflow a queue of its own. */
export function ofAnyQueue(decisions: readonly Decision[]): unknown {
  return JSON.parse(JSON.stringify(decisions).replaceAll(/fake_replay_queue-\d+/g, 'queue'));
}

export interface RecordedHistories {
  names: string[];
  recorded(name: string): RecordedHistory;
  /** What is wrong with those that the bundle, by default the workers' own, does not replay. */
  replay(bundle?: WorkflowBundleOption): Promise<string[]>;
}

/** The histories that are kept in a folder, by the names of their files. */
export function recordedHistories(folder: URL): RecordedHistories {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));
  const recorded = (name: string): RecordedHistory =>
    JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as RecordedHistory;
  return {
    names,
    recorded,
    replay(bundle) {
      const histories = names.map((name) => recorded(name).history);
      const byWorkflowId = new Map(histories.map((history) => [workflowIdIn(history), historyFromJSON(history)]));
      if (byWorkflowId.size !== names.length) throw new Error('two of the histories are of the same workflow');
      return replayAll(byWorkflowId, bundle);
    },
  };
}

/** A replay needs it, because a workflow may look at its id. */
function workflowIdIn(history: unknown): string {
  const { events } = history as { events: { workflowExecutionStartedEventAttributes?: { workflowId?: string } }[] };
  const workflowId = events[0]?.workflowExecutionStartedEventAttributes?.workflowId;
  if (!workflowId) throw new Error('the history does not name its workflow');
  return workflowId;
}
