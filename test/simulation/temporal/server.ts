/** Temporal in memory: which run there is of the order and which of reconciliation, and what is said to the first. */
import { workflowIdOf } from '../../../src/domain/order/order-request.ts';
import { orderWorkflow } from '../../../src/workflows/order/order-workflow.ts';
import { reconcileWorkflow } from '../../../src/workflows/reconciliation/reconcile-workflow.ts';
import type { Process } from '../scheduler.ts';
import type { Surroundings, Worker } from '../surroundings.ts';
import type { History } from './history.ts';
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
  /** Of the order, oldest first. */
  readonly histories: History[] = [];
  /** What the order was first asked for with. */
  firstRequest: unknown = null;
  /** When the order's present run began, or its last one closed. */
  changedAtMs = 0;
  #reconciliation: Run | null = null;
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
    const run = this.run === null || this.run.isClosed ? this.#begin(clientOrderId, request) : this.run;
    for (const { name, argument } of messages) run.signal(name, argument);
  }

  /** `before`: the run that continues as this one. */
  #begin(clientOrderId: string, request: unknown, before: Run | null = null): Run {
    const onEnd: Run['onEnd'] = (end) => {
      if (end === 'completed') this.#onCompleted();
      if (!(end instanceof ContinueAsNew)) return this.#close(run, end);
      this.#close(run, 'continued as new');
      this.#begin(clientOrderId, end.request, run);
    };
    const run = new Run(this, workflowIdOf(clientOrderId), this.#nextRunId(), onEnd, before);
    this.surroundings.trace(() => `${run.runId} starts`);
    this.firstRequest ??= request;
    this.changedAtMs = this.surroundings.nowMs;
    run.isCalledLong = this.surroundings.fault('the history is called long', 0.01);
    this.run = run;
    this.histories.push(run.history);
    run.start(orderWorkflow, request);
    return run;
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
    new Task(this, null, { name: 'runFeed', args: [], options }, () => undefined).schedule(0);
  }

  /** As the schedule does: not while one is at work. */
  reconcile(): void {
    if (this.#reconciliation !== null && !this.#reconciliation.isClosed) return;
    const run = new Run(this, 'reconcile-orders', this.#nextRunId(), (end) => this.#close(run, String(end)));
    this.#reconciliation = run;
    run.start(reconcileWorkflow, null);
  }

  /** Lets the workflows go on as far as they can. */
  async settle(): Promise<void> {
    await this.run?.settle();
    await this.#reconciliation?.settle();
  }

  #nextRunId(): string {
    this.#runs += 1;
    return `run-${this.#runs}`;
  }

  #close(run: Run, how: string): void {
    this.surroundings.trace(() => `${run.runId} of ${run.workflowId} is ${how}`);
    run.history.ended(`WORKFLOW_EXECUTION_${how.toUpperCase().replaceAll(' ', '_')}`);
    run.isClosed = true;
    if (run === this.run) this.changedAtMs = this.surroundings.nowMs;
    for (const task of run.tasks) task.abandon();
  }
}
