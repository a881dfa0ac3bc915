/** Activities as Temporal runs them: on any worker, again where the answer or the heartbeat stays out, and so by two at once. */
import { ActivityFailure, ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { here, type Process } from '../scheduler.ts';
import type { Surroundings, Worker } from '../surroundings.ts';
import { ActivityContext } from './activity.ts';

export interface ActivityOptions {
  isLocal?: boolean;
  startToCloseTimeout?: string | number;
  scheduleToCloseTimeout?: string | number;
  heartbeatTimeout?: string;
  cancellationType?: string;
  retry?: { initialInterval?: string; backoffCoefficient?: number; maximumInterval?: string };
}

export interface TaskSpec {
  name: string;
  args: readonly unknown[];
  options: ActivityOptions;
}

/** In a workflow task that is lost, its local activities are done again by another worker so much later. */
const WORKFLOW_TASK_TIMEOUT_MS = 10_000;

/** Where activities run. */
export interface TaskPlace {
  surroundings: Surroundings;
  /** Temporal. */
  process: Process;
  anyWorker: () => Worker | null;
}

/** The run that waits for the activity; none waits for the feed's. */
interface Owner {
  runId: string;
  workflowId: string;
}

type Settle = (act: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => void) => void;

export class Task {
  readonly #place: TaskPlace;
  readonly #owner: Owner | null;
  readonly #spec: TaskSpec;
  readonly #settle: Settle;
  #attempt = 0;
  /** The attempt that Temporal waits for; null between two. */
  #awaited: number | null = null;
  #isOver = false;
  #details: unknown;
  #cancel = new AbortController();
  readonly #startedMs: number;

  constructor(place: TaskPlace, owner: Owner | null, spec: TaskSpec, settle: Settle) {
    this.#place = place;
    this.#owner = owner;
    this.#spec = spec;
    this.#settle = settle;
    this.#startedMs = place.surroundings.nowMs;
  }

  /** Nobody waits for it any more: whoever works on it hears of that by a heartbeat, or never. */
  abandon(): void {
    this.#isOver = true;
    const cancel = this.#cancel;
    const delayMs = this.#place.surroundings.chance.between(`${this.#spec.name} abandoned`, 1, 2_000);
    this.#place.surroundings.scheduler.after(delayMs, this.#place.process, () =>
      cancel.abort(new CancelledFailure('cancelled')),
    );
  }

  schedule(delayMs: number): void {
    const { scheduler, chance } = this.#place.surroundings;
    const onTheWayMs = this.#spec.options.isLocal === true ? 1 : chance.between('activity dispatched', 2, 40);
    scheduler.after(delayMs + onTheWayMs, this.#place.process, () => {
      if (this.#isOver) return;
      const worker = this.#place.anyWorker();
      if (worker === null) this.schedule(100);
      else this.#begin(worker);
    });
  }

  #begin(worker: Worker): void {
    const spec = this.#spec;
    const { surroundings } = this.#place;
    const { isLocal = false, heartbeatTimeout, startToCloseTimeout } = spec.options;
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#awaited = attempt;
    const isCutOff = surroundings.fault(`${spec.name} goes on although its worker is taken for dead`, 0.02);
    const { scheduler } = surroundings;
    const heard = { atMs: scheduler.nowMs + scheduler.leastWaitMs };
    const heartbeat = (details: unknown): void => {
      if (isCutOff) return;
      // The next one comes as much later.
      heard.atMs = scheduler.nowMs + scheduler.leastWaitMs;
      this.#details = details;
    };
    this.#cancel = new AbortController();
    const run = this.#owner;
    const info = {
      attempt,
      activityId: `${spec.name}-${this.#startedMs}`,
      scheduledTimestampMs: this.#startedMs,
      heartbeatDetails: this.#details,
      ...(run !== null && { workflowExecution: { runId: run.runId, workflowId: run.workflowId } }),
    };
    const activity = new ActivityContext(info, this.#cancel.signal, heartbeat);
    surroundings.trace(() => `${worker.process.name} begins ${spec.name}, attempt ${attempt}`);
    here
      .run({ process: worker.process, activity }, async () => worker.activities[spec.name]?.(...spec.args))
      .then(
        (value) => this.#answer(worker, attempt, isCutOff, (resolve) => resolve(value)),
        (error: unknown) => this.#failed(worker, attempt, isCutOff, error),
      );
    const silentMs = heartbeatTimeout === undefined ? Infinity : inMs(heartbeatTimeout);
    const longestMs = startToCloseTimeout === undefined ? Infinity : inMs(startToCloseTimeout);
    this.#watch(
      attempt,
      heard,
      isLocal ? WORKFLOW_TASK_TIMEOUT_MS : Math.min(silentMs, longestMs),
      silentMs < longestMs,
    );
  }

  /** Begins another attempt where nothing is heard of this one. */
  #watch(attempt: number, heard: { atMs: number }, withinMs: number, isRenewed: boolean): void {
    const { scheduler } = this.#place.surroundings;
    const beganMs = scheduler.nowMs;
    const look = (): void => {
      if (this.#isOver || this.#awaited !== attempt) return;
      const leftMs = (isRenewed ? heard.atMs : beganMs) + withinMs - scheduler.nowMs;
      if (leftMs > 0) scheduler.wait(Math.min(leftMs, withinMs), this.#place.process, look);
      else this.#again(new Error('it timed out'));
    };
    scheduler.after(withinMs, this.#place.process, look);
  }

  #failed(worker: Worker, attempt: number, isCutOff: boolean, error: unknown): void {
    const isFinal = error instanceof ApplicationFailure && error.nonRetryable === true;
    this.#place.surroundings.trace(() => `${worker.process.name} fails at ${this.#spec.name}: ${String(error)}`);
    if (isFinal) this.#answer(worker, attempt, isCutOff, (_, reject) => reject(this.#failure(error)));
    else this.#deliver(worker, attempt, isCutOff, () => this.#again(error));
  }

  #answer(worker: Worker, attempt: number, isCutOff: boolean, act: Parameters<Settle>[0]): void {
    this.#deliver(worker, attempt, isCutOff, () => {
      this.#isOver = true;
      this.#settle(act);
    });
  }

  #deliver({ process }: Worker, attempt: number, isCutOff: boolean, act: () => void): void {
    const { surroundings } = this.#place;
    if (isCutOff || surroundings.fault(`the answer of ${this.#spec.name} is lost`, 0.02)) return;
    const delayMs = this.#spec.options.isLocal === true ? 1 : surroundings.chance.between('activity answered', 1, 20);
    surroundings.scheduler.after(delayMs, process, () => {
      if (!this.#isOver && this.#awaited === attempt) act();
    });
  }

  #again(error: unknown): void {
    this.#awaited = null;
    const { retry = {}, scheduleToCloseTimeout } = this.#spec.options;
    const { initialInterval = '1 second', backoffCoefficient = 2, maximumInterval = '100 seconds' } = retry;
    const waitMs = Math.min(inMs(initialInterval) * backoffCoefficient ** (this.#attempt - 1), inMs(maximumInterval));
    const elapsedMs = this.#place.surroundings.scheduler.nowMs + waitMs - this.#startedMs;
    if (scheduleToCloseTimeout !== undefined && elapsedMs > inMs(scheduleToCloseTimeout)) {
      this.#isOver = true;
      this.#settle((_, reject) => reject(this.#failure(error)));
    } else {
      this.schedule(waitMs);
    }
  }

  #failure(error: unknown): ActivityFailure {
    const cause = error instanceof Error ? error : new Error(String(error));
    return new ActivityFailure(
      'the activity failed',
      this.#spec.name,
      undefined,
      'NON_RETRYABLE_FAILURE',
      undefined,
      cause,
    );
  }
}

const UNITS: Record<string, number> = { millisecond: 1, second: 1_000, minute: 60_000, hour: 3_600_000 };

function inMs(duration: string | number): number {
  if (typeof duration === 'number') return duration;
  const [count, unit = ''] = duration.split(' ');
  return Number(count) * (UNITS[unit.replace(/s$/, '')] ?? Number.NaN);
}
