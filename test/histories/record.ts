/**
 * `npm run histories [name ...]`: lives every behaviour (or the named ones) again, and keeps its history, and what its
 * workflow decided, in this folder. To be run when the workflows' code has changed on purpose.
 */
import { writeFile } from 'node:fs/promises';
import { buildDecisionsBundle } from '../support/decisions.ts';
import { startTestEngine } from '../support/engine.ts';
import { lineByLine, record } from '../support/recorded-history.ts';
import { startTestServers, stopTestServers } from '../support/servers.ts';
import { BEHAVIOURS, historyOf, type Behaviour } from './behaviours.ts';

const names = process.argv.slice(2);
const waiting = Object.entries(BEHAVIOURS).filter(([name]) => names.length === 0 || names.includes(name));

await startTestServers();
const test = await startTestEngine();
try {
  const decisionsBundle = await buildDecisionsBundle();
  /** A few at once: most of the time is spent waiting. */
  const recorder = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await keep(...next).catch((error: unknown) => failed(next[0], error));
    }
  };
  const failed = (name: string, error: unknown) => {
    process.exitCode = 1;
    console.error(`${name}: not kept: ${String(error)}`);
  };
  const keep = async (name: string, behaviour: Behaviour) => {
    const recorded = await record(await historyOf(test, behaviour), decisionsBundle);
    await writeFile(new URL(`${name}.json`, import.meta.url), lineByLine(recorded));
    console.log(`${name}: ${recorded.history.events.length} events, ${recorded.decisions.length} decisions`);
  };
  await Promise.all([recorder(), recorder(), recorder()]);
} finally {
  await test.stop();
  await stopTestServers();
}
