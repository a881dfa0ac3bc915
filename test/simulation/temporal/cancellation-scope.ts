import { CancelledFailure } from '@temporalio/common';
import { here } from '../scheduler.ts';

/** As Temporal's: a cancellation reaches what was begun in the scope and in those below it, up to one that is shielded. */
export class CancellationScope {
  readonly #below = new Set<(reason: unknown) => void>();
  #reason: unknown = null;

  constructor({ cancellable = true, parent }: { cancellable?: boolean; parent?: CancellationScope } = {}) {
    const at = here.getStore()?.scope;
    const above = parent ?? (at instanceof CancellationScope ? at : undefined);
    if (cancellable) above?.onCancel((reason) => this.#cancel(reason));
  }

  static current(): CancellationScope {
    const scope = here.getStore()?.scope;
    if (!(scope instanceof CancellationScope)) throw new Error('this runs in no workflow');
    return scope;
  }

  /** Rejects when the scope is cancelled. */
  get cancelRequested(): Promise<never> {
    return new Promise((_, reject) => this.onCancel(reject));
  }

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const at = here.getStore();
    if (at === undefined) throw new Error('this runs in no workflow');
    return here.run({ ...at, scope: this }, work);
  }

  cancel(): void {
    this.#cancel(new CancelledFailure('cancelled'));
  }

  /** Answers how not to hear of it any more. */
  onCancel(act: (reason: unknown) => void): () => void {
    if (this.#reason !== null) act(this.#reason);
    else this.#below.add(act);
    return () => this.#below.delete(act);
  }

  #cancel(reason: unknown): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    for (const act of this.#below) act(reason);
    this.#below.clear();
  }
}
