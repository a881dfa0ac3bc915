/** Temporal in memory: which run there is of the order, and what is said to it. */
import { orderWorkflow } from '../../../src/workflows/order/order-workflow.ts';
import type { Process } from '../scheduler.ts';
import type { Surroundings, Worker } from '../surroundings.ts';
import { ContinueAsNew, Run } from './run.ts';
import { Task, type TaskPlace } from './tasks.ts';

export interface Message {
  name: string;
  argument: unknown;
}

export class SimulatedTemporal implements TaskPlace {
  readonly surroundings: Surroundings;
  readonly process: Process;
  readonly anyWorker: () => Worker | null;
  run: Run | null = null;
  readonly #onCompleted: () => void;
  #runs = 0;

  constructor(surroundings: Surroundings, anyWorker: () => Worker | null, onCompleted: () => void) {
    this.#onCompleted = onCompleted;
    this.surroundings = surroundings;
    this.process = surroundings.process('Temporal');
    this.anyWorker = anyWorker;
  }

  get isRunning(): boolean {
    return this.run !== null && !this.run.isClosed;
  }

  /** Does nothing but pass on the messages where one runs. */
  start(clientOrderId: string, request: unknown, ...messages: readonly Message[]): void {
    if (this.run === null || this.run.isClosed) {
      this.#runs += 1;
      const run = new Run(this, clientOrderId, `run-${this.#runs}`, (end) => {
        if (end === 'completed') this.#onCompleted();
        if (!(end instanceof ContinueAsNew)) return this.#close(run, end);
        this.#close(run, 'continued as new');
        this.start(clientOrderId, end.request);
      });
      this.surroundings.trace(() => `${run.runId} starts`);
      run.isLong = this.surroundings.fault('the history is called long', 0.01);
      this.run = run;
      run.start(orderWorkflow, request);
    }
    for (const { name, argument } of messages) this.run.signal(name, argument);
  }

  /** False where none runs. */
  signal({ name, argument }: Message): boolean {
    const { run } = this;
    if (run === null || run.isClosed) return false;
    this.surroundings.trace(() => `signal ${name}`);
    run.after(this.surroundings.chance.between('signal heard', 0, 30), () => run.signal(name, argument));
    return true;
  }

  cancel(): void {
    const { run } = this;
    run?.activate(() => run.root.cancel());
  }

  /** Somebody ends the run. What its activities do goes on until they hear of it. */
  terminate(): void {
    if (this.run !== null) this.#close(this.run, 'terminated');
  }

  /** The activity that never ends, on any worker. */
  startFeed(): void {
    const options = { heartbeatTimeout: '10 seconds', retry: { maximumInterval: '1 second' } };
    new Task(this, null, { name: 'runFeed', input: undefined, options }, () => undefined).schedule(0);
  }

  #close(run: Run, how: string): void {
    this.surroundings.trace(() => `${run.runId} is ${how}`);
    run.isClosed = true;
    for (const task of run.tasks) task.abandon();
  }
}
