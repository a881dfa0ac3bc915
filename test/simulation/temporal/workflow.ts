/** Stands for `@temporalio/workflow` in a simulated life: what the workflows use of it, on the virtual clock. */
import { here } from '../scheduler.ts';
import { CancellationScope } from './cancellation-scope.ts';
import { ContinueAsNew, Run, type Handler } from './run.ts';
import { Task, type ActivityOptions, type TaskSpec } from './tasks.ts';

export { ActivityFailure, ApplicationFailure, CancelledFailure } from '@temporalio/common';
export { CancellationScope };

export const ActivityCancellationType = { TRY_CANCEL: 'TRY_CANCEL' };
export const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
export const defineSignal = named;
export const defineUpdate = named;
export const defineQuery = named;

export function workflowInfo() {
  const run = current();
  return {
    workflowId: run.workflowId,
    runId: run.runId,
    taskQueue: 'orders',
    startTime: run.startedAt,
    continueAsNewSuggested: run.isLong,
    targetWorkerDeploymentVersionChanged: false,
    typedSearchAttributes: { get: ({ name }: { name: string }) => run.attributes.get(name) },
  };
}

export function setHandler({ name }: { name: string }, handler: Handler): void {
  current().handlers.set(name, handler);
}

export function condition(isMet: () => boolean): Promise<void> {
  return current().until(isMet);
}

export function allHandlersFinished(): boolean {
  return current().handling === 0;
}

export function sleep(ms: number): Promise<void> {
  const run = current();
  const scope = CancellationScope.current();
  return new Promise((resolve, reject) => {
    run.history.commanded('TIMER_STARTED');
    const timer = run.after(ms, () => {
      run.history.came('TIMER_FIRED');
      forget();
      resolve();
    });
    const forget = scope.onCancel((reason) => {
      timer.isCancelled = true;
      run.history.commanded('TIMER_CANCELED');
      reject(reason);
    });
  });
}

export function makeContinueAsNewFunc(): (...given: unknown[]) => Promise<never> {
  return (...given) => Promise.reject(new ContinueAsNew(given[0]));
}

export function proxyActivities(options: ActivityOptions): unknown {
  return activities({ ...options, isLocal: false });
}

export function proxyLocalActivities(options: ActivityOptions): unknown {
  return activities({ ...options, isLocal: true });
}

export function upsertSearchAttributes(pairs: readonly { key: { name: string }; value: unknown }[]): void {
  const { attributes, history } = current();
  for (const { key, value } of pairs) attributes.set(key.name, value);
  history.commanded('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES');
}

export function setCurrentDetails(): void {}

function activities(options: ActivityOptions): unknown {
  const call =
    (name: string) =>
    (...args: unknown[]) =>
      callActivity({ name, args, options });
  return new Proxy({}, { get: (_, name) => call(String(name)) });
}

function callActivity(spec: TaskSpec): Promise<unknown> {
  const run = current();
  const { history } = run;
  const scope = CancellationScope.current();
  const isLocal = spec.options.isLocal === true;
  if (isLocal) history.localActivityBegan();
  else history.commanded('ACTIVITY_TASK_SCHEDULED');
  return new Promise((resolve, reject) => {
    const task = new Task(run.place, run, spec, (act) => {
      run.tasks.delete(task);
      if (isLocal) history.localActivityEnded();
      else history.came('ACTIVITY_TASK_STARTED', 'ACTIVITY_TASK_COMPLETED');
      run.activate(() => act(resolve, reject));
    });
    run.tasks.add(task);
    if (spec.options.cancellationType === 'TRY_CANCEL') {
      scope.onCancel((reason) => {
        reject(reason);
        if (run.tasks.delete(task)) history.commanded('ACTIVITY_TASK_CANCEL_REQUESTED');
        task.abandon();
      });
    }
    task.schedule(1);
  });
}

function current(): Run {
  const run = here.getStore()?.run;
  if (!(run instanceof Run)) throw new Error('this runs in no workflow');
  return run;
}

function named(name: string) {
  return { name };
}

function quiet(): undefined {
  return undefined;
}
