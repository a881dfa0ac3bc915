/** What a run's history says of itself, and whether that is what it is said to be. */
import { hash } from 'node:crypto';
import { isRecord } from '../../domain/field-error.ts';
import { workflowIdOf } from '../../domain/order/order-request.ts';
import { openHistory } from '../../encryption/open-history.ts';
import type { EncryptionCodec } from '../../encryption/payload-codec.ts';
import { buildIdIn } from '../../temporal/builds.ts';
import type { Leaf } from '../log/leaf.ts';
import type { RunEvidence } from './evidence.ts';

export interface RunHistory {
  /** With its payloads decrypted, as far as the keys are there. */
  history: Uint8Array;
  /** Why some of it is still encrypted; null where nothing is. */
  sealed: string | null;
  /** Of the workflow code that did the run's last task, as the history itself has it; null where none was ever done. */
  buildId: string | null;
  eventCount: number;
  /** Another one than the run's own after a reset, whose history begins as that of the run before. */
  firstRunId: string;
  /** The run that this one continues from, where Temporal says that there is one. */
  continuedRunId: string | null;
  /** What the workflow returned; null unless it completed. */
  outcome: unknown;
  /** What is not as it must be, each as a sentence. */
  differences: string[];
}

const LAST_EVENTS: Readonly<Record<string, string>> = {
  COMPLETED: 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED',
  FAILED: 'EVENT_TYPE_WORKFLOW_EXECUTION_FAILED',
  CANCELLED: 'EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED',
  TERMINATED: 'EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED',
  CONTINUED_AS_NEW: 'EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW',
  TIMED_OUT: 'EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT',
};

/** @param archived - The leaf of the archived run; null where the history is Temporal's own. */
export function readRun(
  clientOrderId: string,
  run: RunEvidence & { history: Uint8Array },
  archived: Leaf | null,
  codec: EncryptionCodec,
): RunHistory {
  const name = `the history of run ${run.runId}`;
  const { history, sealed } = openHistory(run.history, codec);
  const events = eventsOf(history);
  if (events === null) return unreadable(history, `${name} is not a history as Temporal writes them`);
  const [first, last] = [events[0] ?? {}, events.at(-1) ?? {}];
  const started = fieldOf(first, 'workflowExecutionStartedEventAttributes');
  const differences: string[] = [];
  const sha256 = hash('sha256', run.history);
  if (archived !== null && archived['sha256'] !== sha256)
    differences.push(
      `${name} does not hash to what was archived: its SHA-256 is ${sha256}, and not ${String(archived['sha256'])}`,
    );
  if (archived !== null && archived['event_count'] !== events.length)
    differences.push(`${name} has ${events.length} events, but ${String(archived['event_count'])} were archived`);
  const workflowId = started['workflowId'] ?? workflowIdOf(clientOrderId);
  if (workflowId !== workflowIdOf(clientOrderId)) differences.push(`${name} is that of ${String(workflowId)}`);
  const gap = events.findIndex(({ eventId }, index) => String(eventId) !== String(index + 1));
  if (gap !== -1)
    differences.push(`${name} has event ${String(events[gap]?.['eventId'])} where event ${gap + 1} belongs`);
  const buildId = buildIdIn(events);
  if (run.buildId !== null && buildId !== null && run.buildId !== buildId)
    differences.push(`${name} was written by build ${buildId}, but is said to be by ${run.buildId}`);
  const end = LAST_EVENTS[run.status];
  if (end !== undefined && last['eventType'] !== end)
    differences.push(`${name} ends with ${String(last['eventType'])}, but the run is ${run.status}`);
  return {
    history,
    sealed,
    buildId,
    eventCount: events.length,
    firstRunId: textOf(started['originalExecutionRunId']) ?? run.runId,
    continuedRunId: textOf(started['continuedExecutionRunId']),
    outcome: payloadOf(fieldOf(fieldOf(last, 'workflowExecutionCompletedEventAttributes'), 'result')),
    differences,
  };
}

function unreadable(history: Uint8Array, difference: string): RunHistory {
  return {
    history,
    sealed: null,
    buildId: null,
    eventCount: 0,
    firstRunId: '',
    continuedRunId: null,
    outcome: null,
    differences: [difference],
  };
}

function eventsOf(json: Uint8Array): Record<string, unknown>[] | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(json).toString('utf8'));
    const events = isRecord(parsed) ? parsed['events'] : null;
    return Array.isArray(events) && events.length > 0 && events.every(isRecord) ? events : null;
  } catch {
    return null;
  }
}

function payloadOf(payloads: Record<string, unknown>): unknown {
  const list = payloads['payloads'];
  const data: unknown = Array.isArray(list) && isRecord(list[0]) ? list[0]['data'] : null;
  if (typeof data !== 'string') return null;
  try {
    return JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
  } catch {
    return null;
  }
}

function fieldOf(value: Record<string, unknown>, name: string): Record<string, unknown> {
  const field = value[name];
  return isRecord(field) ? field : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
