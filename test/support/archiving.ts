/** A run of the archive, and what it leaves, on a test's engine. */
import { createHash, randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { ArchiveInput, ArchiveReport } from '../../src/domain/archive-report.ts';
import type { ArchivedRun } from '../../src/ports/history-archive.ts';
import type { TestEngine } from './engine.ts';
import { deadline } from './waiting.ts';

export async function archive(
  { client, taskQueue }: Pick<TestEngine, 'client' | 'taskQueue'>,
  input: ArchiveInput | null = null,
): Promise<ArchiveReport> {
  const run = client.workflow.execute('archiveWorkflow', {
    taskQueue,
    workflowId: `archive-${randomUUID()}`,
    args: input === null ? [] : [input],
  }) as Promise<ArchiveReport>;
  return deadline(run, 60_000, 'a run of the archive');
}

/** The history's JSON. Throws where it is not what the SHA-256 was made of. */
export function jsonOf({ history, sha256 }: ArchivedRun): string {
  const json = gunzipSync(history);
  const found = createHash('sha256').update(json).digest('hex');
  if (found !== sha256) throw new Error(`the archived history hashes to ${found}, not to ${sha256}`);
  return json.toString();
}
