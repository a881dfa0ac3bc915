/** The histories of closed runs, as Temporal's own JSON, for the archive. */
import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
// A CommonJS module whose names Node cannot see from an ES module: hence the default import.
import proto from '@temporalio/proto';
import type { temporal } from '@temporalio/proto';
import { workflowIdOf } from '../domain/order/order-request.ts';
import { openHistory } from '../encryption/open-history.ts';
import type { EncryptionCodec } from '../encryption/payload-codec.ts';
import type { ClosedRun, ClosedRuns } from '../ports/history-archive.ts';
import { GRPC, grpcStatus, soon } from './answers.ts';
import { buildIdIn } from './builds.ts';
import type { TemporalAccess } from './connection.ts';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

const { EventType } = proto.temporal.api.enums.v1;

/** What a closed run's last event is, and how Temporal calls such an end. */
const CLOSE_STATUS: ReadonlyMap<unknown, string> = new Map([
  [EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, 'COMPLETED'],
  [EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED, 'FAILED'],
  [EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED, 'CANCELED'],
  [EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED, 'TERMINATED'],
  [EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT, 'TIMED_OUT'],
  [EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW, 'CONTINUED_AS_NEW'],
]);

const compress = promisify(gzip);

export function closedRuns({
  connection,
  namespace,
  codec,
}: Pick<TemporalAccess, 'connection' | 'namespace' | 'codec'>): ClosedRuns {
  const { workflow } = new Client({ connection, namespace, dataConverter: codec.dataConverter });

  return {
    async read({ clientOrderId, runId }) {
      const workflowId = workflowIdOf(clientOrderId);
      const events = await readEvents(workflowId, runId);
      if (events === null) return { kind: 'gone' };
      const closeStatus = CLOSE_STATUS.get(events.at(-1)?.eventType);
      return closeStatus === undefined
        ? { kind: 'open' }
        : { kind: 'closed', run: { workflowId, runId, closeStatus, ...(await described(events, codec)) } };
    },

    async latestRunOf(clientOrderId) {
      try {
        const { runId } = await soon(connection, () => workflow.getHandle(workflowIdOf(clientOrderId)).describe());
        return runId;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return null;
        throw error;
      }
    },

    async retentionSeconds() {
      const { config } = await soon(connection, () => connection.workflowService.describeNamespace({ namespace }));
      return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
    },
  };

  /** Null where there is no such run. */
  async function readEvents(workflowId: string, runId: string): Promise<HistoryEvent[] | null> {
    const events: HistoryEvent[] = [];
    let nextPageToken: Uint8Array | null = null;
    do {
      const asked: Parameters<typeof connection.workflowService.getWorkflowExecutionHistory>[0] = {
        namespace,
        execution: { workflowId, runId },
        nextPageToken,
      };
      try {
        const page = await soon(connection, () => connection.workflowService.getWorkflowExecutionHistory(asked));
        events.push(...(page.history?.events ?? []));
        nextPageToken = page.nextPageToken?.length > 0 ? page.nextPageToken : null;
      } catch (error) {
        if (isGone(error)) return null;
        throw error;
      }
    } while (nextPageToken !== null);
    return events;
  }
}

async function described(
  events: HistoryEvent[],
  codec: EncryptionCodec,
): Promise<Omit<ClosedRun, 'workflowId' | 'runId' | 'closeStatus'>> {
  // Archived as if it had never been encrypted: the database has the same in its rows.
  const { history: json } = openHistory(Buffer.from(historyToJSON({ events })), codec);
  return {
    startedAt: timeOf(events.at(0)),
    closedAt: timeOf(events.at(-1)),
    buildId: buildIdIn(events),
    eventCount: events.length,
    history: await compress(json),
    sha256: hash('sha256', json),
  };
}

/** To the microsecond, as the database keeps it. */
function timeOf(event: HistoryEvent | undefined): string {
  const { seconds, nanos } = event?.eventTime ?? {};
  const micros = Math.floor((nanos ?? 0) / 1_000);
  return `${new Date(Number(seconds ?? 0) * 1_000).toISOString().slice(0, 19)}.${String(micros).padStart(6, '0')}Z`;
}

/** A namespace that is not found says the same, and is no run that was dropped. */
function isGone(error: unknown): boolean {
  const status = grpcStatus(error);
  return status?.code === GRPC.NOT_FOUND && !/namespace/i.test(status.details);
}
