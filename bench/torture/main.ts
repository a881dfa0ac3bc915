/** `npm run torture`: the whole engine under every fault at once, and whether everybody was told the truth. */
import { longRun } from '../long-run.ts';
import { withArena } from './arena.ts';
import { writeMemoryPlot } from './memory.ts';
import { readOptions } from './options.ts';
import { isSound, reportText } from './report.ts';
import { torture } from './torture.ts';

/** One that is killed again and again, and one that may live. */
const WORKERS = 2;
/** Far above what the orders need, so that the faults decide the pace and not the budget. */
const REQUESTS_PER_SECOND = 500;

await longRun({
  readOptions,
  run: (options, { signal, tell, publish }) => {
    const { mode, minutes, seed, keep, plot } = options;
    tell(`${mode}, ${minutes} minutes with seed ${seed}: starting the servers`);
    const settings = {
      name: 'torture',
      seed,
      workers: WORKERS,
      requestsPerSecond: REQUESTS_PER_SECOND,
      linksFail: true,
      signal,
    };
    return withArena(settings, keep, async (arena) => {
      const report = await torture(arena, options, { stop: signal, tell });
      if (plot !== null) {
        const title = "The workers' resident memory while everything goes wrong";
        await writeMemoryPlot(plot, report.memory, title, ['killed again and again, MiB', 'lives on, MiB']);
      }
      publish({ report, text: reportText(report), isSound: isSound(report) });
    });
  },
});
