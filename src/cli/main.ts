/** `order-sync`, on the project's own Node; `bin/order-sync.js` leads here. */
import { main, waitForShutdownSignal } from '../process/main.ts';
import { askAt } from './confirm.ts';
import { Output } from './output.ts';
import { run } from './program.ts';

const environment = process.env;
const interrupted = new AbortController();
void waitForShutdownSignal().then(() => interrupted.abort());

// A reader such as `head` may leave before everything is written.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

await main(async () => {
  const output = new Output({ out: process.stdout, err: process.stderr, environment });
  const stop = interrupted.signal;
  const isAttended = process.stdin.isTTY && process.stderr.isTTY;
  const ask = isAttended ? { ask: askAt(process.stdin, process.stderr, stop) } : {};
  process.exitCode = await run(process.argv.slice(2), { environment, output, stop, ...ask });
});
