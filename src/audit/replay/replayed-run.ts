/** What a replay finds in a run's history: what it was asked to place, and the facts that it learnt. */
import type { InjectedSinks } from '@temporalio/worker';
import type { OrderActivityResult } from '../../activities/order/fact-log.ts';
import type { ApplyInput } from '../../activities/order/index.ts';
import type { Opening } from '../../activities/order/open-order.ts';
import type { Fact } from '../../domain/order/fact.ts';
import type { OrderIntent } from '../../domain/order/order-request.ts';
import type { AuditSinks } from '../../workflows/runtime/audit-interceptor.ts';

export interface Findings {
  /** What the run was asked to place; null where it was started for an order that has a row. */
  intent: OrderIntent | null;
  /** Temporal's identity of the client that started it; null where it is not known. */
  startedBy: string | null;
  facts: ReplayedFact[];
}

export interface Replay extends Findings {
  /** Why the history does not replay; null when it does. */
  error: string | null;
}

export interface ReplayedRun extends Replay {
  runId: string;
  /** Another one after a reset, whose history begins as that of the run before. */
  firstRunId: string;
  /** Temporal's status: RUNNING, COMPLETED, TERMINATED and so on. */
  status: string;
  eventCount: number;
}

/** Of a history without findings (yet). */
export function noFindings(): Findings {
  return { intent: null, startedBy: null, facts: [] };
}

export interface ReplayedFact {
  fact: Fact;
  /** `recorded`: an activity changed the row by it. `applied`: it was applied, and may have brought nothing new. */
  how: 'recorded' | 'applied' | 'delivered';
}

/**
 * Whether the fact of this key is one that the run has learnt itself, and not one that its activities recorded. A fact
 * that a person has signalled may lack its key.
 */
export function isLearntBy(runId: string, key: string): boolean {
  return /^[^/]+\/\d+\//.test(key) && key.startsWith(`${runId}/`);
}

/** What a run has learnt itself has its id in the key; what activities recorded has the id as it was. */
export function replaceRun(key: string, runId: string, by: string): string {
  return isLearntBy(runId, key) ? `${by}${key.slice(runId.length)}` : key;
}

/** Sinks that collect the findings of the history that is being replayed. */
export function findingSinks(current: () => Findings): InjectedSinks<AuditSinks> {
  return {
    audit: {
      called: {
        fn: (_info, activity, input) => {
          if (activity === 'openOrder') Object.assign(current(), openedBy(input as Opening));
          if (activity === 'applyFact') current().facts.push({ fact: (input as ApplyInput).fact, how: 'delivered' });
        },
        callDuringReplay: true,
      },
      answered: {
        fn: (_info, activity, input, result) => void current().facts.push(...factsIn(activity, input, result)),
        callDuringReplay: true,
      },
      signalled: {
        fn: (_info, fact) => void current().facts.push({ fact: fact as Fact, how: 'delivered' }),
        callDuringReplay: true,
      },
    },
  };
}

function openedBy({ intent, sentBy }: Opening): Pick<Findings, 'intent' | 'startedBy'> {
  return { intent, startedBy: sentBy ?? null };
}

function factsIn(activity: string, input: unknown, result: unknown): ReplayedFact[] {
  switch (activity) {
    case 'openOrder':
    case 'placeOrder':
    case 'checkOrder':
    case 'cancelOrder':
      return (result as OrderActivityResult).facts.map((fact) => ({ fact, how: 'recorded' }));
    case 'applyFact':
      return [{ fact: (input as ApplyInput).fact, how: 'applied' }];
    default:
      return [];
  }
}
