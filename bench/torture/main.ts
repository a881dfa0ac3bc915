/** `npm run torture`: the whole engine under every fault at once, and whether everybody was told the truth. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { installRuntime } from '../../src/engine/runtime.ts';
import { createLog } from '../../src/process/log.ts';
import { main, shutdownSignal } from '../../src/process/main.ts';
import { forgetEnvironment } from '../environment.ts';
import { progress } from '../progress.ts';
import { startArena, type Arena } from './arena.ts';
import { keepLogs } from './keep-logs.ts';
import { memoryPlot } from './memory.ts';
import { readOptions } from './options.ts';
import { isSound, reportText } from './report.ts';
import { torture } from './torture.ts';

/** One that is killed again and again, and one that may live. */
const WORKERS = 2;
/** Far above what the orders need, so that the faults decide the pace and not the budget. */
const REQUESTS_PER_SECOND = 500;

const signal = shutdownSignal();

await main(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options === null) return;
  forgetEnvironment();
  installRuntime(createLog({ level: 'error' }));
  const tell = progress(options);
  const { mode, minutes, seed, json, keep, plot } = options;
  tell(`${mode}, ${minutes} minutes with seed ${seed}: starting the servers`);
  let arena: Arena | null = null;
  try {
    arena = await startArena({
      name: 'torture',
      seed,
      workers: WORKERS,
      requestsPerSecond: REQUESTS_PER_SECOND,
      linksFail: true,
      signal,
    });
    const report = await torture(arena, options, { stop: signal, tell });
    if (plot !== null) {
      await mkdir(dirname(plot), { recursive: true });
      const title = "The workers' resident memory while everything goes wrong";
      await writeFile(plot, memoryPlot(report.memory, title, ['killed again and again, MiB', 'lives on, MiB']));
    }
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `\n${reportText(report)}\n`);
    process.exitCode = isSound(report) ? 0 : 1;
  } catch (error) {
    if (!signal.aborted) throw error;
    process.exitCode = 130;
  } finally {
    if (arena !== null && keep !== null) await keepLogs(arena.folder, keep);
    await arena?.stop();
  }
});
