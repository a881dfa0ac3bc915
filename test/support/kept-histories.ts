/** The histories of the scenarios, in test/histories/scenarios. `ORDER_SYNC_KEEP_HISTORIES=yes` writes them anew while the scenarios run. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { buildDecisionsBundle, type RecordedHistory } from './decisions.ts';
import { lineByLine, record } from './recorded-history.ts';

export const KEPT_HISTORIES = join(import.meta.dirname, '../histories/scenarios');

/** Does nothing unless the histories are wanted anew. */
export async function keepHistory(name: string, handle: WorkflowHandle): Promise<void> {
  if (process.env['ORDER_SYNC_KEEP_HISTORIES'] !== 'yes') return;
  const recorded = await record(await handle.fetchHistory(), await buildDecisionsBundle());
  await mkdir(KEPT_HISTORIES, { recursive: true });
  await writeFile(join(KEPT_HISTORIES, `${name}.json`), lineByLine(recorded));
}

export async function keptHistory(name: string): Promise<RecordedHistory> {
  return JSON.parse(await readFile(join(KEPT_HISTORIES, `${name}.json`), 'utf8')) as RecordedHistory;
}
