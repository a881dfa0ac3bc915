import { gunzipSync } from 'node:zlib';
import type { EntityManager } from '@mikro-orm/postgresql';
import { isRecord } from '../../domain/field-error.ts';
import { WorkflowHistoryEntity } from '../entities/archive.ts';

/** The argument of the order's oldest archived run; null when none is archived, or its history cannot be read. */
export async function archivedRequest(em: EntityManager, clientOrderId: string): Promise<unknown> {
  const row = await em.findOne(WorkflowHistoryEntity, { clientOrderId }, { orderBy: { startedAt: 'asc' } });
  return row === null ? null : firstArgument(gunzipSync(row.history).toString('utf8'));
}

/** In Temporal's own JSON of a history, payloads are base64. */
function firstArgument(history: string): unknown {
  const path = ['events', 0, 'workflowExecutionStartedEventAttributes', 'input', 'payloads', 0, 'data'];
  try {
    let value: unknown = JSON.parse(history);
    for (const step of path) {
      if (!isRecord(value) && !Array.isArray(value)) return null;
      value = (value as Record<string | number, unknown>)[step];
    }
    return typeof value === 'string' ? JSON.parse(Buffer.from(value, 'base64').toString('utf8')) : null;
  } catch {
    return null;
  }
}
