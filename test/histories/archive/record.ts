/**
 * `npm run histories:archive`: keeps the histories of runs of the archive in this folder. To be run when the workflow's
 * code has changed on purpose.
 */
import { writeFile } from 'node:fs/promises';
import type { ArchiveInput } from '../../../src/domain/archive-report.ts';
import { buildDecisionsBundle } from '../../support/decisions.ts';
import { marketOrder, startTestEngine } from '../../support/engine.ts';
import { lineByLine, record } from '../../support/recorded-history.ts';
import { startTestServers, stopTestServers } from '../../support/servers.ts';

/** The second has nothing to archive. */
const RUNS: Record<string, ArchiveInput[]> = {
  'archived-for-ever': [],
  'archived-with-retention': [{ keepDays: 2_555 }],
};

await startTestServers();
const test = await startTestEngine({ feed: false });
const decisionsBundle = await buildDecisionsBundle();
try {
  await test.outcome(await test.start(marketOrder()));
  for (const [name, args] of Object.entries(RUNS)) {
    const { taskQueue } = test;
    const handle = await test.client.workflow.start('archiveWorkflow', { taskQueue, workflowId: name, args });
    await handle.result();
    const recorded = await record(await handle.fetchHistory(), decisionsBundle);
    await writeFile(new URL(`${name}.json`, import.meta.url), lineByLine(recorded));
    console.log(`${name}: ${recorded.history.events.length} events`);
  }
} finally {
  await test.stop();
  await stopTestServers();
}
