/** The engine's worker as a process of its own, which can be killed and restarted at any moment. */
import { mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServerProcess, type ServerProcess } from '../src/local/server-process.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const READY_WITHIN_MS = 120_000;
const RESTART_AFTER_MS = 300;

export class WorkerProcess {
  /** SIGKILLs so far. */
  kills = 0;
  /** How often it ended by itself, for example because a server was down when it started. */
  ownEnds = 0;
  readonly #folder: string;
  readonly #nodeArguments: readonly string[];
  #env: NodeJS.ProcessEnv;
  #process: ServerProcess | null = null;
  #starts = 0;
  #readySinceMs: number | null = null;
  #isWanted = true;

  /** Its logs go to `folder`, one file for each start; `nodeArguments` are for Node itself. */
  constructor(folder: string, env: NodeJS.ProcessEnv, nodeArguments: readonly string[] = []) {
    this.#folder = folder;
    this.#env = env;
    this.#nodeArguments = nodeArguments;
  }

  /** Resolves when a worker polls, or when the signal is aborted. */
  async ready(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.readySinceMs === null) await sleep(RESTART_AFTER_MS);
  }

  /** Keeps a worker running until `stop`, as a supervisor does. Never rejects. */
  async supervise(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    while (this.#isWanted) {
      if (this.#process === null || this.#process.ended()) await this.#start();
      await sleep(RESTART_AFTER_MS);
      if (this.#isWanted && this.#process?.ended() === true) this.ownEnds += 1;
    }
  }

  /** Since when the current worker has been polling; null while none does. */
  get readySinceMs(): number | null {
    return this.#process?.ended() === false ? this.#readySinceMs : null;
  }

  /** Of the current worker; null while there is none. */
  get pid(): number | null {
    return this.#process?.ended() === false ? this.#process.pid : null;
  }

  /** Kills it with SIGKILL; a new one is started. */
  async kill(): Promise<void> {
    const victim = this.#process;
    if (victim === null || victim.ended()) return;
    this.kills += 1;
    await this.#end(victim, 'SIGKILL');
  }

  /** Stops it gracefully; the next one has these settings as well. Resolves when that one polls, or when the signal is aborted. */
  async restart(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
    this.#env = { ...this.#env, ...env };
    if (this.#process !== null) await this.#end(this.#process, 'SIGTERM');
    await this.ready(signal);
  }

  /** With arguments for Node it is stopped gracefully, so that it writes its profile. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    if (this.#process !== null) await this.#end(this.#process, this.#nodeArguments.length > 0 ? 'SIGTERM' : 'SIGKILL');
  }

  async #end(victim: ServerProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#readySinceMs = null;
    this.#process = null;
    if (signal === 'SIGKILL' && !victim.ended()) process.kill(victim.pid, signal);
    await victim.stop();
  }

  async #start(): Promise<void> {
    this.#starts += 1;
    const logFile = join(this.#folder, `worker-${this.#starts}.log`);
    const process_ = startServerProcess({
      name: 'The worker',
      command: process.execPath,
      args: [...this.#nodeArguments, MAIN, 'worker'],
      logFile,
      stopSignal: 'SIGTERM',
      env: this.#env,
    });
    this.#process = process_;
    const isReady = async (): Promise<boolean> => /^ready$/m.test(await readFile(logFile, 'utf8'));
    // A worker that ends during its start is restarted.
    await process_.waitUntil(isReady, READY_WITHIN_MS).then(
      () => (this.#readySinceMs = Date.now()),
      () => (this.#readySinceMs = null),
    );
  }
}
