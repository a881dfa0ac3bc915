/**
 * `npm run histories:engine`: keeps the histories of the feed, and of runs of the archive, in this folder. To be run when
 * these workflows' code has changed on purpose.
 */
import { writeFile } from 'node:fs/promises';
import type { ArchiveInput } from '../../../src/domain/archive-report.ts';
import { feedWorkflowId } from '../../../src/domain/task-queues.ts';
import { buildDecisionsBundle } from '../../support/decisions.ts';
import { marketOrder, startTestEngine } from '../../support/engine.ts';
import { lineByLine, record } from '../../support/recorded-history.ts';
import type { History } from '../../support/replay.ts';
import { startTestServers, stopTestServers } from '../../support/servers.ts';

/** The second has nothing to archive. */
const ARCHIVE_RUNS: Record<string, ArchiveInput[]> = {
  'archived-for-ever': [],
  'archived-with-retention': [{ keepDays: 2_555 }],
};

await startTestServers();
const test = await startTestEngine();
const { taskQueue, client } = test;
const decisionsBundle = await buildDecisionsBundle();

async function keep(name: string, history: History): Promise<void> {
  const recorded = await record(history, decisionsBundle);
  await writeFile(new URL(`${name}.json`, import.meta.url), lineByLine(recorded));
  console.log(`${name}: ${recorded.history.events.length} events`);
}

try {
  await test.outcome(await test.start(marketOrder()));
  // The feed never ends, and has been at work since the start.
  await keep('watching', await client.workflow.getHandle(feedWorkflowId(taskQueue)).fetchHistory());
  for (const [name, args] of Object.entries(ARCHIVE_RUNS)) {
    const handle = await client.workflow.start('archiveWorkflow', { taskQueue, workflowId: name, args });
    await handle.result();
    await keep(name, await handle.fetchHistory());
  }
} finally {
  await test.stop();
  await stopTestServers();
}
