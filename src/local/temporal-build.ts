import { spawn } from 'node:child_process';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FetchTask } from './temporal-download.ts';

const REPORT_EVERY_MS = 15_000;

/** Builds the CLI with the machine's Go: two to four minutes on two cores. The program is 200 MB. */
export async function buildTemporalCli({ version, path, env, onProgress }: FetchTask): Promise<void> {
  const folder = await mkdtemp(`${path}.build-`);
  const startedAt = Date.now();
  onProgress(`Building the Temporal CLI ${version} with Go, once for this user; this takes about 4 minutes …`);
  const reporter = setInterval(() => {
    onProgress(`… still building the Temporal CLI (${Math.round((Date.now() - startedAt) / 1_000)} s)`);
  }, REPORT_EVERY_MS);
  try {
    await goInstall(`github.com/temporalio/cli/cmd/temporal@v${version}`, { ...env, GOBIN: folder });
    await rename(join(folder, 'temporal'), path);
  } finally {
    clearInterval(reporter);
    await rm(folder, { recursive: true, force: true });
  }
}

function goInstall(module: string, env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    // Without symbols and debugging data, it is a third smaller.
    const go = spawn('go', ['install', '-ldflags', '-s -w', module], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let lastOutput = '';
    go.stderr.on('data', (chunk: Buffer) => (lastOutput = (lastOutput + chunk.toString()).slice(-500)));
    go.once('error', () => reject(new Error('Go, to build it with, is not installed')));
    go.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`building it with Go failed: ${lastOutput.trim().split('\n').at(-1) ?? `status ${code}`}`));
    });
  });
}
