/** `npm run torture`: the whole engine under all faults at once, and whether all its answers were true. */
import { longRun } from '../long-run.ts';
import { withTestDeployment } from './test-deployment.ts';
import { writeMemoryPlot } from './memory.ts';
import { readOptions } from './options.ts';
import { isSound, reportText } from './report.ts';
import { torture } from './torture.ts';

/** One that is killed again and again, and one that is left alone after a while. */
const WORKERS = 2;
/** Far above what the orders need, so that the budget is not the limit. */
const REQUESTS_PER_SECOND = 500;
/** So that it repairs something within a run of minutes. */
const RECONCILE_EVERY_SECONDS = 15;

await longRun({
  readOptions,
  run: (options, { signal, onProgress, publish }) => {
    const { mode, minutes, seed, keep, plot } = options;
    onProgress(`${mode}, ${minutes} minutes with seed ${seed}: starting the servers`);
    const settings = {
      name: 'torture',
      seed,
      workers: WORKERS,
      requestsPerSecond: REQUESTS_PER_SECOND,
      linksFail: true,
      reconcileEverySeconds: RECONCILE_EVERY_SECONDS,
      signal,
    };
    return withTestDeployment(settings, keep, async (deployment) => {
      const report = await torture(deployment, options, { stop: signal, onProgress });
      if (plot !== null) {
        const title = "The workers' resident memory while everything goes wrong";
        await writeMemoryPlot(plot, report.memory, title, ['killed again and again, MiB', 'lives on, MiB']);
      }
      publish({ report, text: reportText(report), isSound: isSound(report) });
    });
  },
});
