/** `npm run test:cluster`: several workers that die and come back, and whether they are one engine. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { installRuntime } from '../../src/engine/runtime.ts';
import { createLog } from '../../src/process/log.ts';
import { main, shutdownSignal } from '../../src/process/main.ts';
import { forgetEnvironment } from '../environment.ts';
import { progress } from '../progress.ts';
import { startTemporalServer } from '../temporal-server.ts';
import { startArena, type Arena } from '../torture/arena.ts';
import { keepLogs } from '../torture/keep-logs.ts';
import { memoryPlot } from '../torture/memory.ts';
import { cluster } from './cluster.ts';
import { readOptions } from './options.ts';
import { isSound, reportText } from './report.ts';

const signal = shutdownSignal();

await main(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options === null) return;
  forgetEnvironment();
  installRuntime(createLog({ level: 'error' }));
  const tell = progress(options);
  const { workers, minutes, seed, budget, temporal, json, keep, plot } = options;
  tell(`${workers} workers, ${minutes} minutes with seed ${seed}: starting the servers`);
  let arena: Arena | null = null;
  try {
    arena = await startArena({
      name: 'cluster',
      seed,
      workers,
      requestsPerSecond: budget,
      linksFail: false,
      ...(temporal !== 'dev' && { temporal: () => startTemporalServer(temporal, tell, signal) }),
      signal,
    });
    const report = await cluster(arena, options, { stop: signal, tell });
    if (plot !== null) {
      await mkdir(dirname(plot), { recursive: true });
      const names = arena.workers.map((_worker, index) => `worker ${index + 1}, MiB`);
      await writeFile(
        plot,
        memoryPlot(report.memory, `The workers' resident memory at ${options.ordersPerSecond} orders a second`, names),
      );
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
