/** One step of a run: what it counts, how it asks the exchange, and where it goes on after its worker died. */
import { Context, sleep } from '@temporalio/activity';
import {
  ExchangeError,
  type Exchange,
  type OrderFilter,
  type OrderListing,
  type RequestPriority,
  type UnreadableRow,
} from '../../ports/exchange.ts';
import {
  addReports,
  emptyReport,
  type ReportedDifference,
  type StepReport,
} from '../../domain/reconciliation/report.ts';
import type { ReconciliationPorts } from './ports.ts';
import { withHeartbeat } from '../runtime/activity-context.ts';
import type { RunContext } from './run-context.ts';

/** Waits before an unanswered question is asked again. */
const RETRY_AFTER_MS = [500, 2_000];
/** So many questions in a row without an answer: the exchange is away, and the rest of the step is not asked. */
const GIVE_UP_AFTER = 3;

/** What a heartbeat carries; `cursor` is the step's own. */
interface Saved<Cursor> {
  cursor: Cursor;
  report: StepReport;
}

export class Step<Cursor> {
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

  count(fields: Partial<Pick<StepReport, 'tradesChecked' | 'ordersSeen' | 'issuesResolved'>>): void {
    this.#report = addReports(this.#report, { ...emptyReport(), ...fields });
  }

  note(differences: ReportedDifference[]): void {
    this.#report = addReports(this.#report, { ...emptyReport(), differences });
  }

  /** Says what could not be seen: the run is partial then, and concludes nothing from absence. */
  gap(what: string): void {
    this.#report = addReports(this.#report, { ...emptyReport(), gaps: [what] });
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

  /** True when the run's time is over; says so. */
  get isLate(): boolean {
    const late = Date.now() >= this.run.stopAtMs;
    if (late) this.gap('the run took longer than its time limit and did not look at everything');
    return late;
  }

  /** The exchange's answer; null, and a gap, when there is none. */
  async ask<Answer>(what: string, work: (signal: AbortSignal) => Promise<Answer>): Promise<Answer | null> {
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
          await sleep(waitMs);
          continue;
        }
        this.#unanswered += 1;
        this.gap(`${what}: ${error.message}`);
        return null;
      }
    }
    this.gap(`${what}: not asked, because the exchange did not answer ${GIVE_UP_AFTER} times in a row`);
    return null;
  }

  /** The orders that fit; null, and a gap, when there is no answer. */
  async listOrders(what: string, filter: OrderFilter, priority: RequestPriority): Promise<OrderListing | null> {
    const listed = await this.ask(what, (signal) => this.exchange.listOrders(filter, priority, signal));
    this.setAside(listed?.unreadable ?? []);
    return listed;
  }

  /** Each row that cannot be read is a gap of its own. */
  setAside(unreadable: readonly UnreadableRow[]): void {
    for (const { orderId, problem } of unreadable) this.gap(`order ${orderId ?? 'without an id'}: ${problem}`);
  }

  /** Ends with the activity, and with the run's time: a question may wait long for the request budget. */
  async #withinTime<Answer>(work: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    const time = AbortSignal.timeout(Math.max(1, this.run.stopAtMs - Date.now()));
    try {
      return await work(AbortSignal.any([Context.current().cancellationSignal, time]));
    } catch (error) {
      if (!time.aborted || error instanceof ExchangeError) throw error;
      throw new ExchangeError('rate-limited', 'no place in the request budget before the time limit');
    }
  }
}

/** Runs a step, from its beginning or from where its last attempt came to. */
export async function runStep<Cursor>(
  { exchange }: Pick<ReconciliationPorts, 'exchange'>,
  run: RunContext,
  first: Cursor,
  work: (step: Step<Cursor>) => Promise<void>,
): Promise<StepReport> {
  const earlier = Context.current().info.heartbeatDetails as Saved<Cursor> | undefined;
  const step = new Step<Cursor>(exchange, run, earlier ?? { cursor: first, report: emptyReport() });
  await withHeartbeat(
    () => work(step),
    () => step.saved,
  );
  return step.report;
}
