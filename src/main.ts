/** `order-sync`, on the project's own Node; `bin/order-sync.js` leads here. Commands know no engine: those that start one are given it here. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { ServerName } from './cli/cli.ts';
import { main, untilAborted, shutdownSignal } from './process/main.ts';

/** What Node has compiled, for the next start of this process and of those that it starts: loading takes a third less. */
const COMPILE_CACHE = fileURLToPath(new URL('../.order-sync/compile-cache', import.meta.url));

const environment = process.env;
enableCompileCache((environment['NODE_COMPILE_CACHE'] ??= COMPILE_CACHE));
const stop = shutdownSignal();

// A reader such as `head` may leave before everything is written.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

await main(async () => {
  // Loaded only now that there is a cache.
  const [{ run }, { Output }, { askAt }] = await Promise.all([
    import('./cli/program.ts'),
    import('./cli/output.ts'),
    import('./cli/confirm.ts'),
  ]);
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
