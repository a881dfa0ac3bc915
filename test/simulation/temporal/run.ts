/** One run of a workflow. Temporal's promise is taken for granted: what a run has heard outlives every worker. */
import { ApplicationFailure } from '@temporalio/common';
import { here, type SimulatedTimer } from '../scheduler.ts';
import { drained } from '../virtual-time.ts';
import { CancellationScope } from './cancellation-scope.ts';
import { History } from './history.ts';
import type { Task, TaskPlace } from './tasks.ts';

export type Handler = (argument: unknown) => unknown;

export class ContinueAsNew {
  readonly request: unknown;

  constructor(request: unknown) {
    this.request = request;
  }
}

interface Condition {
  isMet: () => boolean;
  resolve: () => void;
}

export class Run {
  readonly place: TaskPlace;
  readonly workflowId: string;
  readonly runId: string;
  /** That it waits for. */
  readonly tasks = new Set<Task>();
  readonly handlers = new Map<string, Handler>();
  readonly history = new History();
  /** Its search attributes, which the run that continues it has too. */
  readonly attributes: Map<string, unknown>;
  readonly startedAt: Date;
  readonly root: CancellationScope;
  /** Handlers that are at work. */
  handling = 0;
  isClosed = false;
  /** Something has come in that it has not gone on with as far as it can. */
  isTouched = false;
  /** Whether it is told that its history is long, however long it is. */
  isCalledLong = false;
  readonly onEnd: (end: 'completed' | 'failed' | ContinueAsNew) => void;
  #conditions: Condition[] = [];

  constructor(place: TaskPlace, workflowId: string, runId: string, onEnd: Run['onEnd'], before: Run | null = null) {
    this.place = place;
    this.attributes = new Map(before?.attributes);
    this.onEnd = onEnd;
    this.workflowId = workflowId;
    this.runId = runId;
    this.startedAt = new Date(place.surroundings.nowMs + place.process.skewMs);
    this.root = new CancellationScope();
  }

  get isLong(): boolean {
    return this.isCalledLong || this.history.events.length >= this.place.surroundings.scenario.longHistoryEvents;
  }

  start<Request>(workflow: (request: Request) => Promise<unknown>, request: Request): void {
    this.history.came('WORKFLOW_EXECUTION_STARTED');
    this.activate(() => {
      workflow(request).then(
        () => this.onEnd('completed'),
        (error: unknown) => this.#ended(error),
      );
    });
  }

  /** Something comes in that the workflow goes on with. */
  activate(act: () => void): void {
    if (this.isClosed) return;
    here.run({ process: this.place.process, run: this, scope: this.root }, act);
    this.isTouched = true;
  }

  signal(name: string, argument: unknown): void {
    this.history.came('WORKFLOW_EXECUTION_SIGNALED');
    this.activate(() => {
      const handler = this.handlers.get(name);
      if (handler === undefined) return;
      this.handling += 1;
      const handled = async (): Promise<unknown> => handler(argument);
      handled().then(
        () => (this.handling -= 1),
        (error: unknown) => {
          this.handling -= 1;
          if (!(error instanceof ApplicationFailure)) this.place.surroundings.defect(`the signal ${name}`, error);
        },
      );
    });
  }

  after(delayMs: number, act: () => void): SimulatedTimer {
    const { scheduler } = this.place.surroundings;
    return scheduler.after(delayMs, this.place.process, () => this.activate(act));
  }

  until(isMet: () => boolean): Promise<void> {
    if (isMet()) return Promise.resolve();
    return new Promise((resolve) => this.#conditions.push({ isMet, resolve }));
  }

  /** Lets the workflow go on as far as it can. */
  async settle(): Promise<void> {
    for (;;) {
      if (this.isClosed || !this.isTouched) return;
      const met: Condition[] = [];
      this.activate(() => {
        const waiting = this.#conditions;
        this.#conditions = [];
        for (const condition of waiting) (condition.isMet() ? met : this.#conditions).push(condition);
      });
      if (met.length === 0) {
        this.isTouched = false;
        this.history.settled();
        return;
      }
      for (const { resolve } of met) resolve();
      await drained();
    }
  }

  #ended(error: unknown): void {
    if (error instanceof ContinueAsNew) this.onEnd(error);
    else if (error instanceof ApplicationFailure) this.onEnd('failed');
    else this.place.surroundings.defect('a workflow task', error);
  }
}
