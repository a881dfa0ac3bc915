/** An engine and a simulated exchange of the installed package, in a program as its user would write it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { deadline } from '../support/waiting.ts';

export interface InstalledEngine {
  httpUrl: string;
  /** In good order. */
  stop(): Promise<void>;
}

const PROGRAM = `
import { createKey, startSimulator } from 'order-sync/simulator';
import { startWorker } from 'order-sync/worker';

const key = createKey();
const exchange = await startSimulator({ keys: [{ name: key.name, publicKeyPem: key.publicKeyPem }] });
const worker = await startWorker({
  ...process.env,
  COINBASE_REST_URL: exchange.url,
  COINBASE_API_KEY_NAME: key.name,
  COINBASE_API_PRIVATE_KEY: key.privateKeyPem,
  ORDER_SYNC_HTTP_PORT: '0',
});
console.log(worker.httpUrl);
process.once('SIGTERM', async () => {
  await worker.stop();
  await exchange.close();
});
`;

/** In the project where the package is installed, and that has no other. */
export async function startEngineOf(project: string, environment: Record<string, string>): Promise<InstalledEngine> {
  const file = join(project, 'engine.mjs');
  await writeFile(file, PROGRAM);
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [file], { env: { PATH, HOME, ...environment }, stdio: 'pipe' });
  let log = '';
  child.stderr.on('data', (chunk) => (log += String(chunk)));
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await deadline(ended, 20_000, 'the engine to end');
  };
  const firstLine = once(createInterface(child.stdout), 'line');
  try {
    const [httpUrl] = (await deadline(Promise.race([firstLine, ended]), 60_000, 'the engine to start')) as [unknown];
    if (typeof httpUrl !== 'string') throw new Error('it ended');
    return { httpUrl, stop };
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`the installed engine did not start: ${log}`, { cause: error });
  }
}
