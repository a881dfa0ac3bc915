/**
 * `npm run histories [name ...]`: lives every behaviour (or the named ones) again, and keeps its history, and what its
 * workflow decided, in this folder. To be run when the workflows' code has changed on purpose.
 */
import { writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { buildTellingBundle, decisionsOf, type RecordedHistory } from '../support/decisions.ts';
import { startTestEngine } from '../support/engine.ts';
import { startTestServers, stopTestServers } from '../support/servers.ts';
import { BEHAVIOURS, historyOf, type Behaviour } from './behaviours.ts';

const names = process.argv.slice(2);
const waiting = Object.entries(BEHAVIOURS).filter(([name]) => names.length === 0 || names.includes(name));

await startTestServers();
const test = await startTestEngine();
try {
  const tellingBundle = await buildTellingBundle();
  /** A few at once: most of the time is spent waiting. */
  const recorder = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await record(...next);
  };
  const record = async (name: string, behaviour: Behaviour) => {
    const history = JSON.parse(
      historyToJSON(await historyOf(test, behaviour)),
      withoutTraces,
    ) as RecordedHistory['history'];
    const decisions = await decisionsOf(history, tellingBundle);
    await writeFile(new URL(`${name}.json`, import.meta.url), lineByLine({ history, decisions }));
    console.log(`${name}: ${history.events.length} events, ${decisions.length} decisions`);
  };
  await Promise.all([recorder(), recorder(), recorder()]);
} finally {
  await test.stop();
  await stopTestServers();
}

/** Who ran it, and where: of no use to a replay. */
function withoutTraces(key: string, value: unknown): unknown {
  return key === 'identity' || key === 'stackTrace' ? '' : value;
}

/** One event or decision a line: short, and a change can be read. */
function lineByLine({ history, decisions }: RecordedHistory): string {
  const lines = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item)).join(',\n');
  return `{"history":{"events":[\n${lines(history.events)}\n]},"decisions":[\n${lines(decisions)}\n]}\n`;
}
