import { defineEntity, p } from '@mikro-orm/postgresql';
import { id, now, text, timestamp } from '../columns/index.ts';

/** What a process holds of the requests that the deployment may send in a second. Its times are the database's. */
export const RequestLeaseEntity = defineEntity({
  name: 'RequestLease',
  tableName: 'request_leases',
  properties: {
    processId: text().primary(),
    held: p.integer(),
    wanted: p.integer(),
    requestsPerSecond: p.integer(),
    pausedUntil: timestamp(),
    isLeaving: p.boolean(),
    expiresAt: timestamp(),
  },
});

/** The history of a closed run, kept for as long as auditors need it and replayable offline. */
export const WorkflowHistoryEntity = defineEntity({
  name: 'WorkflowHistory',
  tableName: 'workflow_histories',
  properties: {
    id: id(),
    clientOrderId: text(),
    workflowId: text(),
    runId: text(),
    /** How the run ended, in Temporal's words. */
    closeStatus: text(),
    closedAt: timestamp(),
    archivedAt: now(),
    eventCount: p.integer(),
    /** The history as JSON, compressed with gzip. */
    history: p.blob(),
    /** Of the JSON before compression, in hexadecimal. */
    sha256: text(),
  },
});
