import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { OrderState } from '../../domain/order/order-state.ts';
import type { ArchivedRun } from '../../ports/history-archive.ts';
import { id, json, now, text, timestamp, writtenIn } from '../columns/index.ts';

/** A run that is not archived yet: it runs, or it waits, or (`lostAt`) Temporal dropped it too early. */
export const UnarchivedRunEntity = defineEntity({
  name: 'UnarchivedRun',
  tableName: 'unarchived_runs',
  properties: {
    clientOrderId: text().primary(),
    runId: text().primary(),
    notedAt: now(),
    lostAt: timestamp().strictNullable(),
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
    closeStatus: text(),
    buildId: text().strictNullable(),
    startedAt: timestamp(),
    closedAt: timestamp(),
    archivedAt: now(),
    finalState: json<OrderState>().strictNullable(),
    eventCount: p.integer(),
    history: p.blob(),
    sha256: text(),
    writtenIn: writtenIn(),
  },
});

/** An archived run that was deleted, because it was older than the settings want it kept. */
export const ArchiveDeletionEntity = defineEntity({
  name: 'ArchiveDeletion',
  tableName: 'archive_deletions',
  properties: {
    id: id(),
    clientOrderId: text(),
    workflowId: text(),
    runId: text(),
    closedAt: timestamp(),
    archivedAt: timestamp(),
    sha256: text(),
    deletedAt: now(),
    /** The rule by which it was deleted. */
    reason: text(),
    writtenIn: writtenIn(),
  },
});

/** The row as the domain has it. */
export function toArchivedRun(row: InferEntity<typeof WorkflowHistoryEntity>): ArchivedRun {
  const { id: _id, writtenIn: _writtenIn, ...run } = row;
  return run;
}
