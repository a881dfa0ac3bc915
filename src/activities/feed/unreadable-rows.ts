/** Rows of the exchange's lists that could not be read: each is alerted once, and the others are used. */
import { log } from '@temporalio/activity';
import type { UnreadableRow } from '../../ports/exchange.ts';

/** A list of odd rows without end must not fill the memory. */
const MAX_REMEMBERED = 1_000;

export class UnreadableRows {
  readonly #reported = new Set<string>();
  #count = 0;

  /** `what` the list holds. */
  report(what: 'orders' | 'fills', rows: readonly UnreadableRow[]): void {
    for (const { orderId, problem } of rows) {
      const row = `${what}/${orderId ?? problem}`;
      if (this.#reported.has(row)) continue;
      if (this.#reported.size >= MAX_REMEMBERED) this.#reported.clear();
      this.#reported.add(row);
      this.#count += 1;
      const soFar = this.#count;
      log.error(`a row of the exchange's ${what} cannot be read and is left out`, { orderId, problem, soFar });
    }
  }
}
