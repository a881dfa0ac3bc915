/** `npm run test:cluster`: several workers that die and come back, and whether they are one engine. */
import { counted } from '../../src/domain/counted.ts';
import { longRun } from '../long-run.ts';
import { startTemporalServer } from '../temporal-server.ts';
import { withTestDeployment } from '../torture/test-deployment.ts';
import { writeMemoryPlot } from '../torture/memory.ts';
import { cluster } from './cluster.ts';
import { readOptions } from './options.ts';
import { isSound, reportText } from './report.ts';

await longRun({
  readOptions,
  run: (options, { signal, onProgress, publish }) => {
    const { workers, minutes, seed, budget, temporal, keep, plot } = options;
    onProgress(`${counted(workers, 'worker')}, ${counted(minutes, 'minute')} with seed ${seed}: starting the servers`);
    const settings = {
      name: 'cluster',
      seed,
      workers,
      requestsPerSecond: budget,
      linksFail: false,
      ...(temporal !== 'dev' && { temporal: () => startTemporalServer(temporal, onProgress, signal) }),
      signal,
    };
    return withTestDeployment(settings, keep, async (deployment) => {
      const report = await cluster(deployment, options, { stop: signal, onProgress });
      if (plot !== null) {
        const title = `The workers' resident memory at ${options.ordersPerSecond} orders a second`;
        const names = deployment.workers.map((_worker, index) => `worker ${index + 1}, MiB`);
        await writeMemoryPlot(plot, report.memory, title, names);
      }
      publish({ report, text: reportText(report), isSound: isSound(report) });
    });
  },
});
