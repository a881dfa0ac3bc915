/** Tasks that are done one after the other, in the order in which they came. */
export class Sequence {
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;

  /** No task is under way, and none waits. */
  get isIdle(): boolean {
    return this.#pending === 0;
  }

  /** Answers what the task answers. One that fails does not hold up the next. */
  add<Result>(task: () => Promise<Result>): Promise<Result> {
    this.#pending += 1;
    const result = this.#last.then(task).finally(() => (this.#pending -= 1));
    this.#last = result.catch(() => undefined);
    return result;
  }
}
