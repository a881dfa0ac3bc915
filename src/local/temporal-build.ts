import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { goEnvironment } from './child-environment.ts';
import type { FetchTask } from './temporal-download.ts';

export interface GoBuild {
  /** For messages, e.g. `the Temporal CLI 1.5.1`. */
  name: string;
  /** As a rule, on two cores. */
  minutes: number;
  /** With their version, which is the same for all of them. */
  packages: readonly string[];
  /** Where the finished programs go; it exists. */
  folder: string;
  env: NodeJS.ProcessEnv;
  onProgress: (line: string) => void;
  /** Ends the build. */
  signal?: AbortSignal;
}

const REPORT_EVERY_MS = 15_000;

/** Builds the CLI with the machine's Go: two to four minutes on two cores. The program is 200 MB. */
export function buildTemporalCli({ version, path, env, onProgress }: FetchTask): Promise<void> {
  const name = `the Temporal CLI ${version}`;
  const packages = [`github.com/temporalio/cli/cmd/temporal@v${version}`];
  return buildWithGo({ name, minutes: 4, packages, folder: dirname(path), env, onProgress });
}

/** Builds programs with the machine's Go; each is there whole or not at all. Rejects with a part of a sentence that says why not. */
export async function buildWithGo(build: GoBuild): Promise<void> {
  const { name, minutes, folder, onProgress } = build;
  const unfinished = await mkdtemp(join(folder, 'build-'));
  const startedAt = Date.now();
  onProgress(`Building ${name} with Go, once for this user; this takes about ${minutes} minutes …`);
  const reporter = setInterval(() => {
    onProgress(`… still building ${name} (${Math.round((Date.now() - startedAt) / 1_000)} s)`);
  }, REPORT_EVERY_MS);
  try {
    await goInstall(build, unfinished);
    for (const program of await readdir(unfinished)) await rename(join(unfinished, program), join(folder, program));
  } finally {
    clearInterval(reporter);
    await rm(unfinished, { recursive: true, force: true });
  }
}

function goInstall({ packages, env, signal }: GoBuild, folder: string): Promise<void> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    // Without symbols and debugging data, it is a third smaller.
    const go = spawn('go', ['install', '-ldflags', '-s -w', ...packages], {
      // An interrupted Go leaves its temporary files, which are deleted with the folder; a finished one leaves none.
      env: { ...goEnvironment(env), GOBIN: folder, GOTMPDIR: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
      // A group of its own, so that its compilers and linkers are stopped with it.
      detached: signal !== undefined,
    });
    const interrupt = (): void => {
      if (go.pid !== undefined && go.exitCode === null) process.kill(-go.pid, 'SIGINT');
    };
    signal?.addEventListener('abort', interrupt);
    let lastOutput = '';
    go.stderr.on('data', (chunk: Buffer) => (lastOutput = (lastOutput + chunk.toString()).slice(-500)));
    go.once('error', () => reject(new Error('Go, to build it with, is not installed')));
    go.once('close', (code) => {
      signal?.removeEventListener('abort', interrupt);
      if (code === 0) resolve();
      else reject(new Error(`building it with Go failed: ${lastOutput.trim().split('\n').at(-1) ?? `status ${code}`}`));
    });
  });
}
