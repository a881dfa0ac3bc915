/** The histories of the scenarios, kept in test/histories/scenarios. `ORDER_SYNC_KEEP_HISTORIES=yes` writes them anew while the scenarios run. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

export const SCENARIO_HISTORIES = join(import.meta.dirname, '../histories/scenarios');

/** Does nothing unless the histories are wanted anew. */
export async function keepHistory(name: string, handle: WorkflowHandle): Promise<void> {
  if (process.env['ORDER_SYNC_KEEP_HISTORIES'] !== 'yes') return;
  const history: unknown = JSON.parse(historyToJSON(await handle.fetchHistory()), withoutTraces);
  await mkdir(SCENARIO_HISTORIES, { recursive: true });
  await writeFile(join(SCENARIO_HISTORIES, `${name}.json`), `${JSON.stringify({ history }, null, 1)}\n`);
}

/** Who ran it, and where: of no use to a replay. */
function withoutTraces(key: string, value: unknown): unknown {
  return key === 'identity' || key === 'stackTrace' ? '' : value;
}
