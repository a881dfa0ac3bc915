/** Replays what Temporal has of an order, run by run, through the code that the workers run. */
import { fileURLToPath } from 'node:url';
import { WorkflowNotFoundError, type Client, type WorkflowExecutionInfo } from '@temporalio/client';
import { Runtime, Worker, type InjectedSinks, type ReplayWorkerOptions } from '@temporalio/worker';
import { createLog } from '../process/log.ts';
import { earlyEnd, earlyFills, type EarlyChange } from '../domain/order/early-changes.ts';
import type { FillsOutcome, PlacementOutcome, Recorded, Requester } from '../domain/order/order-context.ts';
import { workflowIdOf } from '../domain/order/order-request.ts';
import type { TradeChange } from '../domain/order/trade-change.ts';
import type { Trade } from '../domain/order/trade.ts';
import { buildWorkflowBundle } from '../temporal/workflow-bundle.ts';
import type { AnsweredStep, OnlookerSinks } from './onlooker.ts';

/** What an order's workflow had written, and the row as it was then. */
export type Step = { at: string } & (
  | { kind: 'opened'; inserted: boolean; row: Trade }
  | { kind: 'committed'; change: TradeChange; row: Trade }
  /** By the placing itself. */
  | { kind: 'accepted'; orderId: string; row: Trade }
  | { kind: 'withdrawn'; requester: Requester; row: Trade }
);

export interface ReplayedRun {
  runId: string;
  /** Another one after a reset, whose history begins as that of the run before. */
  firstRunId: string;
  /** Temporal's word: RUNNING, COMPLETED, TERMINATED and so on. */
  status: string;
  eventCount: number;
  steps: Step[];
  /** The change keys of the ends that it was told: the feed may have committed them before the run did. */
  toldEnds: string[];
  /** The ids of the activities that collected fills for it, and may have committed them. */
  collections: string[];
  /** Why the history does not replay; null when it does. */
  error: string | null;
}

const ONLOOKER = fileURLToPath(new URL('./onlooker.ts', import.meta.url));
/** Built once for each process. */
let bundle: ReturnType<typeof buildWorkflowBundle> | undefined;

/** Oldest first; none when Temporal has no history of the order (any more). */
export async function replayOrder(client: Client, clientOrderId: string): Promise<ReplayedRun[]> {
  const workflowId = workflowIdOf(clientOrderId);
  const runs = await runsOf(client, workflowId);
  if (runs.length === 0) return [];
  const workflowBundle = await (bundle ??= buildWorkflowBundle([ONLOOKER]));
  const replayed: ReplayedRun[] = [];
  for (const { runId, status } of runs) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
    const firstRunId = started?.originalExecutionRunId ?? runId;
    const outcome = await replay({ workflowBundle }, history, workflowId);
    replayed.push({ runId, firstRunId, status: status.name, eventCount: history.events?.length ?? 0, ...outcome });
  }
  return replayed;
}

type Run = Pick<WorkflowExecutionInfo, 'runId' | 'status' | 'startTime'>;

/** The lists lag behind a moment, so that the latest run is asked for by itself. */
async function runsOf(client: Client, workflowId: string): Promise<Run[]> {
  const runs = new Map<string, Run>();
  for await (const run of client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) runs.set(run.runId, run);
  try {
    const latest = await client.workflow.getHandle(workflowId).describe();
    runs.set(latest.runId, latest);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  return [...runs.values()].sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
}

async function replay(
  options: ReplayWorkerOptions,
  history: unknown,
  workflowId: string,
): Promise<Omit<ReplayedRun, 'runId' | 'firstRunId' | 'status' | 'eventCount'>> {
  keepRuntimeQuiet();
  const steps: Step[] = [];
  const toldEnds: string[] = [];
  const collections: string[] = [];
  const sinks: InjectedSinks<OnlookerSinks> = {
    audit: {
      answered: { fn: (_info, step) => void steps.push(...asStep(step, steps)), callDuringReplay: true },
      asked: {
        fn: (_info, { activity, activityId }) => void (isCollection(activity) && collections.push(activityId)),
        callDuringReplay: true,
      },
      told: { fn: (_info, key) => void (typeof key === 'string' && toldEnds.push(key)), callDuringReplay: true },
    },
  };
  try {
    await Worker.runReplayHistory({ ...options, sinks }, history, workflowId);
    return { steps, toldEnds, collections, error: null };
  } catch (error) {
    return { steps, toldEnds, collections, error: error instanceof Error ? error.message : String(error) };
  }
}

/** `steps` are those before. */
function asStep({ at, activity, input, result }: AnsweredStep, steps: readonly Step[]): Step[] {
  switch (activity) {
    case 'openTrade': {
      const { trade, inserted } = result as { trade: Trade; inserted: boolean };
      return [{ at, kind: 'opened', inserted, row: trade }];
    }
    case 'commitChange':
      return [{ at, kind: 'committed', change: (input as { change: TradeChange }).change, row: result as Trade }];
    case 'withdrawTrade':
      return [
        { at, kind: 'withdrawn', requester: (input as { requester: Requester }).requester, row: result as Trade },
      ];
    case 'placeOrder': {
      const outcome = result as PlacementOutcome;
      const before = steps.at(-1)?.row;
      if (outcome.kind !== 'accepted' || outcome.recorded !== true || before === undefined) return [];
      const { orderId, look, end } = outcome;
      const row = { ...before, orderId };
      const accepted = { at, kind: 'accepted', orderId, row } as const;
      if (end === undefined || !look?.order) return [accepted];
      const seen = { order: look.order, seenAt: look.at, source: 'look' } as const;
      return [accepted, ...asCommitted(at, earlyEnd(row, seen, end.key), end)];
    }
    case 'takeFills':
    case 'collectFills': {
      const outcome = result as FillsOutcome | null;
      const before = steps.at(-1)?.row;
      if (outcome?.recorded === undefined || before === undefined) return [];
      return asCommitted(at, earlyFills(before, outcome, outcome.recorded.key), outcome.recorded);
    }
    default:
      return [];
  }
}

function isCollection(activity: string): boolean {
  return activity === 'takeFills' || activity === 'collectFills';
}

/** What an activity has committed itself follows from what it saw. */
function asCommitted(at: string, early: EarlyChange | null, { row }: Recorded): Step[] {
  return early === null ? [] : [{ at, kind: 'committed', change: early.change, row }];
}

/** A replay worker logs as any worker does, and takes over the process's signals, unless it is told not to. */
function keepRuntimeQuiet(): void {
  if (Runtime._instance !== undefined) return;
  const logging = { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } as const;
  Runtime.install({ logger: createLog({ level: 'ERROR' }), shutdownSignals: [], telemetryOptions: { logging } });
}
