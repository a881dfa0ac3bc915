/** Replays an order's histories, run by run, through the code that the workers run, and collects the facts in it. */
import { fileURLToPath } from 'node:url';
import { Runtime, Worker, type InjectedSinks } from '@temporalio/worker';
import type { Learnt } from '../activities/order/fact-log.ts';
import type { ApplyInput } from '../activities/order/index.ts';
import type { Opening } from '../activities/order/open-order.ts';
import type { Fact } from '../domain/order/fact.ts';
import { workflowIdOf, type OrderIntent } from '../domain/order/order-request.ts';
import { buildWorkflowBundle } from '../temporal/workflow-bundle.ts';
import { createLog } from '../process/log.ts';
import type { HistorySource } from './history-source.ts';
import type { AuditSinks } from './replay-interceptor.ts';

export interface ReplayedRun {
  runId: string;
  /** Another one after a reset, whose history begins as that of the run before. */
  firstRunId: string;
  /** Temporal's status: RUNNING, COMPLETED, TERMINATED and so on. */
  status: string;
  eventCount: number;
  /** What the run was asked to place; null where it was started for an order that has a row. */
  intent: OrderIntent | null;
  /** Temporal's identity of the client that started it; null where it is not known. */
  startedBy: string | null;
  facts: ReplayedFact[];
  /** Why the history does not replay; null when it does. */
  error: string | null;
}

export interface ReplayedFact {
  fact: Fact;
  /** `recorded`: an activity changed the row by it. `applied`: it was applied, and may have brought nothing new. */
  how: 'recorded' | 'applied' | 'delivered';
}

/** Hands out what the workflow was told, beside its code. */
export const AUDIT_INTERCEPTOR = fileURLToPath(new URL('./replay-interceptor.ts', import.meta.url));
/** Built once for each process. */
let bundle: ReturnType<typeof buildWorkflowBundle> | undefined;

/** Oldest first; none where nobody has a history of the order (any more). */
export async function replayOrder(source: HistorySource, clientOrderId: string): Promise<ReplayedRun[]> {
  const workflowId = workflowIdOf(clientOrderId);
  const replayed: ReplayedRun[] = [];
  for (const { runId, status, history, damage } of await source.runsOf(clientOrderId)) {
    const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
    const firstRunId = started?.originalExecutionRunId ?? runId;
    const eventCount = history.events?.length ?? 0;
    const { intent, startedBy, facts, error } =
      damage === null ? await replay(history, workflowId) : { ...NOTHING, error: damage };
    // A replay has the id of the first run for that of each run.
    const ownFacts = facts.map(({ fact, how }) => ({
      fact: { ...fact, key: replaceRun(fact.key, firstRunId, runId) },
      how,
    }));
    const outcome = { intent, startedBy, facts: ownFacts, error };
    replayed.push({ runId, firstRunId, status, eventCount, ...outcome });
  }
  return replayed;
}

/** What a run has learnt itself has its id in the key; what activities recorded has the id as it was. */
export function replaceRun(key: string, runId: string, by: string): string {
  return /^[^/]+\/\d+$/.test(key) && key.startsWith(`${runId}/`) ? `${by}${key.slice(runId.length)}` : key;
}

type Replayed = Pick<ReplayedRun, 'intent' | 'startedBy' | 'facts' | 'error'>;

const NOTHING = { intent: null, startedBy: null, facts: [] };

async function replay(history: unknown, workflowId: string): Promise<Replayed> {
  keepRuntimeQuiet();
  const workflowBundle = await (bundle ??= buildWorkflowBundle(AUDIT_INTERCEPTOR));
  const facts: ReplayedFact[] = [];
  let opening: Pick<Opening, 'intent' | 'sentBy'> = { intent: null, sentBy: null };
  const sinks: InjectedSinks<AuditSinks> = {
    audit: {
      called: {
        fn: (_info, activity, input) => {
          if (activity === 'openOrder') opening = input as Opening;
          if (activity === 'applyFact') facts.push({ fact: (input as ApplyInput).fact, how: 'delivered' });
        },
        callDuringReplay: true,
      },
      answered: {
        fn: (_info, activity, input, result) => void facts.push(...factsIn(activity, input, result)),
        callDuringReplay: true,
      },
      signalled: {
        fn: (_info, fact) => void facts.push({ fact: fact as Fact, how: 'delivered' }),
        callDuringReplay: true,
      },
    },
  };
  try {
    await Worker.runReplayHistory({ workflowBundle, sinks }, history, workflowId);
    return { ...outcomeOf(opening), facts, error: null };
  } catch (error) {
    return { ...outcomeOf(opening), facts, error: error instanceof Error ? error.message : String(error) };
  }
}

function outcomeOf({ intent, sentBy }: Pick<Opening, 'intent' | 'sentBy'>): Pick<Replayed, 'intent' | 'startedBy'> {
  return { intent, startedBy: sentBy ?? null };
}

function factsIn(activity: string, input: unknown, result: unknown): ReplayedFact[] {
  switch (activity) {
    case 'openOrder':
    case 'placeOrder':
    case 'checkOrder':
    case 'cancelOrder':
      return (result as Learnt).facts.map((fact) => ({ fact, how: 'recorded' }));
    case 'applyFact':
      return [{ fact: (input as ApplyInput).fact, how: 'applied' }];
    default:
      return [];
  }
}

/** A replay worker logs as any worker does, and takes over the process's signals, unless it is told not to. */
function keepRuntimeQuiet(): void {
  if (Runtime._instance !== undefined) return;
  const logging = { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } as const;
  Runtime.install({ logger: createLog({ level: 'error' }), shutdownSignals: [], telemetryOptions: { logging } });
}
