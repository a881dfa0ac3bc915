/** Replays histories in processes of their own, one for each processor: a replay is work for one thread. */
import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { noFindings, type Replay } from './replayed-run.ts';

export interface ReplayRequest {
  /** The workflows' code of the build that wrote the history. */
  codeFile: string;
  workflowId: string;
  /** Temporal's JSON. */
  history: Uint8Array;
}

interface Job {
  request: ReplayRequest;
  answer(replay: Replay): void;
}

/** Compiled, as this module is, in an installed package. */
const PROCESS = fileURLToPath(new URL(`./replay-process${extname(import.meta.url)}`, import.meta.url));
/** The longest histories take seconds. What takes this long does not end. */
const MAX_MS = 60_000;
/** One is replayed while the next waits in the process, so that it never waits for its parent. */
const JOBS_AT_ONCE = 2;

export class ReplayPool {
  /** How many replays it can be given at once and be busy. */
  readonly width: number;
  readonly #slots: Slot[];
  readonly #waiting: Job[] = [];

  constructor(size = availableParallelism()) {
    this.width = size * JOBS_AT_ONCE;
    this.#slots = Array.from({ length: size }, () => new Slot(() => this.#waiting.shift()));
  }

  replay(request: ReplayRequest): Promise<Replay> {
    return new Promise((answer) => {
      this.#waiting.push({ request, answer });
      // A process is started only when those that run have all they can be given: that costs more than most replays.
      this.#slots.find((slot) => slot.hasRoom)?.fill();
    });
  }

  close(): void {
    for (const slot of this.#slots) slot.close();
  }
}

/** A slot for one process, which is started when it is needed, and again after it died. */
class Slot {
  readonly #next: () => Job | undefined;
  /** By their ids, in the order in which the process takes them. */
  readonly #jobs = new Map<number, Job>();
  #process: ChildProcess | null = null;
  #deadline: NodeJS.Timeout | undefined;
  #lastId = 0;

  constructor(next: () => Job | undefined) {
    this.#next = next;
  }

  get hasRoom(): boolean {
    return this.#jobs.size < JOBS_AT_ONCE;
  }

  fill(): void {
    while (this.hasRoom) {
      const job = this.#next();
      if (job === undefined) return;
      this.#send(job);
    }
  }

  close(): void {
    clearTimeout(this.#deadline);
    this.#process?.removeAllListeners();
    this.#process?.kill('SIGKILL');
    this.#process = null;
  }

  #send(job: Job): void {
    const id = (this.#lastId += 1);
    this.#jobs.set(id, job);
    if (this.#jobs.size === 1) this.#watch();
    this.#process ??= this.#start();
    this.#process.send({ id, ...job.request });
  }

  #start(): ChildProcess {
    // Not the flags of this process, such as those of a test.
    const child = fork(PROCESS, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    });
    child.on('message', ({ id, replay }: { id: number; replay: Replay }) => this.#answer(id, replay));
    child.on('exit', () => this.#died('the process that replayed it died'));
    child.on('error', (error) => this.#died(`no process can replay it: ${error.message}`));
    return child;
  }

  #answer(id: number, replay: Replay): void {
    this.#jobs.get(id)?.answer(replay);
    this.#jobs.delete(id);
    this.#watch();
    this.fill();
  }

  /** The first job is the one that it was at; the others are sent again. */
  #died(why: string): void {
    this.close();
    const [first, ...others] = this.#jobs.values();
    this.#jobs.clear();
    first?.answer({ ...noFindings(), error: why });
    for (const job of others) this.#send(job);
    this.fill();
  }

  #watch(): void {
    clearTimeout(this.#deadline);
    if (this.#jobs.size === 0) return;
    this.#deadline = setTimeout(() => this.#died(`the replay did not end within ${MAX_MS / 1_000} s`), MAX_MS);
  }
}
