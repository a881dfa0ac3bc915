/** `order-sync`, on the project's own Node; `bin/order-sync.js` leads here. Commands know no engine: those that start one are given it here. */
import type { ServerName } from './cli/cli.ts';
import { askAt } from './cli/confirm.ts';
import { Output } from './cli/output.ts';
import { run } from './cli/program.ts';
import { main, untilAborted, shutdownSignal } from './process/main.ts';

const environment = process.env;
const stop = shutdownSignal();

// A reader such as `head` may leave before everything is written.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

await main(async () => {
  const output = new Output({ out: process.stdout, err: process.stderr, environment });
  const isAttended = process.stdin.isTTY && process.stderr.isTTY;
  const ask = isAttended ? { ask: askAt(process.stdin, process.stderr, stop) } : {};
  process.exitCode = await run(process.argv.slice(2), { environment, output, stop, launch, ...ask });
});

/** Loaded only where it is asked for: the engine takes half a second. */
async function launch(server: ServerName, stop: AbortSignal): Promise<void> {
  switch (server) {
    case 'start':
      return (await import('./dev/start.ts')).start(environment, stop);
    case 'worker':
      return runWorker(stop);
    case 'demo':
      return (await import('./dev/demo.ts')).demo(stop);
  }
}

async function runWorker(stop: AbortSignal): Promise<void> {
  const { startWorker } = await import('./worker.ts');
  const worker = await startWorker(environment, { stopWaiting: stop }).catch((error: unknown) => {
    if (!stop.aborted) throw error;
  });
  if (worker === undefined) return;
  process.stdout.write('ready\n');
  await Promise.race([untilAborted(stop), worker.stopped]);
  await worker.stop();
}
