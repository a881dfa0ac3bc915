/** One step of a run: what it counts, how it asks the exchange, and where it continues after its worker died. */
import { Context } from '@temporalio/activity';
import { OPEN_STATUSES, type ExchangeOrder } from '../../domain/order/exchange-order.ts';
import { addReports, emptyReport, type StepReport } from '../../domain/reconciliation/report.ts';
import {
  ExchangeError,
  type Exchange,
  type OrderFilter,
  type OrderListing,
  type RequestPriority,
  type UnreadableRow,
} from '../../ports/exchange.ts';
import { pause, withHeartbeat } from '../runtime/activity-context.ts';
import type { ReconciliationPorts } from '../ports.ts';
import type { RunContext } from './run.ts';

/** Waits before an unanswered request is repeated. */
const RETRY_AFTER_MS = [500, 2_000];
/** After so many requests in a row without an answer the exchange counts as unreachable, and the step sends no more. */
const GIVE_UP_AFTER = 3;

/** What a heartbeat carries; `cursor` is the step's own. */
interface Saved<Cursor> {
  cursor: Cursor;
  report: StepReport;
}

export class StepContext<Cursor> {
  readonly run: RunContext;
  /** Counts the requests that the step uses. */
  readonly exchange: Exchange;
  cursor: Cursor;
  #report: StepReport;
  #saved: Saved<Cursor>;
  #unanswered = 0;

  constructor(exchange: Exchange, run: RunContext, saved: Saved<Cursor>) {
    this.run = run;
    this.exchange = exchange.metered(() => (this.#report.requestsUsed += 1));
    this.cursor = saved.cursor;
    this.#report = structuredClone(saved.report);
    this.#saved = saved;
  }

  get report(): StepReport {
    return this.#report;
  }

  get saved(): Saved<Cursor> {
    return this.#saved;
  }

  /** Adds to the report. */
  add(fields: Partial<StepReport>): void {
    this.#report = addReports(this.#report, { ...emptyReport(), ...fields });
  }

  /** Something could not be seen: the run is partial then, and concludes nothing from absence. */
  gap(what: string): void {
    this.add({ gaps: [what] });
  }

  get hasGaps(): boolean {
    return this.#report.gaps.length > 0;
  }

  /** All up to `cursor` is done: a retry of the step begins there. */
  checkpoint(cursor: Cursor): void {
    this.cursor = cursor;
    this.#saved = structuredClone({ cursor, report: this.#report });
    // At once: what the SDK has not been given cannot outlive the worker, not even one that shuts down in good order.
    Context.current().heartbeat(this.#saved);
  }

  /** True when the run's time is over, which is then a gap. */
  get isLate(): boolean {
    const late = Date.now() >= this.run.stopAtMs;
    if (late) this.gap('the run reached its time limit before everything was compared');
    return late;
  }

  /** The exchange's answer; null, and a gap, when there is none. An unreadable answer about one order is a gap of that order. */
  async ask<Answer>(
    what: string,
    work: (signal: AbortSignal) => Promise<Answer>,
    orderId: string | null = null,
  ): Promise<Answer | null> {
    for (const waitMs of [...RETRY_AFTER_MS, null]) {
      if (this.isLate) return null;
      if (this.#unanswered >= GIVE_UP_AFTER) break;
      try {
        const answer = await this.#withinTime(work);
        this.#unanswered = 0;
        return answer;
      } catch (error) {
        if (!(error instanceof ExchangeError)) throw error;
        if (waitMs !== null && error.retryable) {
          await pause(waitMs);
          continue;
        }
        if (error.kind === 'malformed-answer' && orderId !== null) {
          this.#setAside([{ orderId, problem: error.message }]);
        } else {
          this.#unanswered += 1;
          this.gap(`${what}: ${error.message}`);
        }
        return null;
      }
    }
    this.gap(`${what}: not asked, because the exchange did not answer ${GIVE_UP_AFTER} times in a row`);
    return null;
  }

  /** The orders that fit; null, and a gap, when there is no answer. */
  async listOrders(what: string, filter: OrderFilter, priority: RequestPriority): Promise<OrderListing | null> {
    const listing = await this.ask(what, (signal) => this.exchange.listOrders(filter, priority, signal));
    this.#setAside(listing?.unreadable ?? []);
    return listing;
  }

  /** The exchange's list of open orders; null, and a gap, when there is no answer. */
  async listOpenOrders(): Promise<ExchangeOrder[] | null> {
    return (await this.listOrders('open orders', { statuses: OPEN_STATUSES }, 'sweep'))?.orders ?? null;
  }

  /** The ids of the orders with fills since then; null, and a gap, when there is no answer. */
  async listFilledSince(from: string): Promise<Set<string> | null> {
    const answer = await this.ask(`fills since ${from}`, (signal) =>
      this.exchange.listFillsSince(from, 'sweep', signal),
    );
    if (answer === null) return null;
    this.#setAside(answer.unreadable);
    return new Set([...answer.fills, ...answer.unreadable].flatMap(({ orderId }) => orderId ?? []));
  }

  /** A row that cannot be read hides its own order alone; one that names no order may be any order's. */
  #setAside(unreadable: readonly UnreadableRow[]): void {
    for (const { orderId, problem } of unreadable) {
      if (orderId === null) this.gap(`a row without an order id cannot be read: ${problem}`);
      else this.add({ unreadable: [{ orderId, problem }] });
    }
  }

  /** Ends with the activity, and with the run's time: a request may wait long for its place in the budget. */
  async #withinTime<Answer>(work: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    const time = AbortSignal.timeout(Math.max(1, this.run.stopAtMs - Date.now()));
    try {
      return await work(AbortSignal.any([Context.current().cancellationSignal, time]));
    } catch (error) {
      if (!time.aborted || error instanceof ExchangeError) throw error;
      throw new ExchangeError('rate-limited', 'no free slot in the request budget before the time limit');
    }
  }
}

/** Runs a step, from its beginning or from where its last attempt came to. */
export async function runStep<Cursor>(
  { exchange }: Pick<ReconciliationPorts, 'exchange'>,
  run: RunContext,
  first: Cursor,
  work: (step: StepContext<Cursor>) => Promise<void>,
): Promise<StepReport> {
  const earlier = Context.current().info.heartbeatDetails as Saved<Cursor> | undefined;
  const step = new StepContext<Cursor>(exchange, run, earlier ?? { cursor: first, report: emptyReport() });
  await withHeartbeat(
    () => work(step),
    () => step.saved,
  );
  return step.report;
}
