/** Takes what the feed reports to whoever works on the order, or to its workflow, and applies it to the row. */
import { log } from '@temporalio/activity';
import PQueue from 'p-queue';
import type { FeedTracker } from '../../domain/feed/feed-tracker.ts';
import type { Report } from '../../domain/feed/reports.ts';
import { decide } from '../../domain/order/decide.ts';
import { isEnded, type Trade } from '../../domain/order/trade.ts';
import { applyFact } from '../order/fact-log.ts';
import type { FeedPorts } from '../ports.ts';

/** Enough for hundreds of signals a second, and no flood for the server. */
const AT_ONCE = 40;

export class Dispatcher {
  readonly #ports: Pick<FeedPorts, 'trades' | 'alerts' | 'orderWorkflows' | 'activeOrders'>;
  readonly #tracker: FeedTracker;
  readonly #queue = new PQueue({ concurrency: AT_ONCE });

  constructor(ports: Pick<FeedPorts, 'trades' | 'alerts' | 'orderWorkflows' | 'activeOrders'>, tracker: FeedTracker) {
    this.#ports = ports;
    this.#tracker = tracker;
  }

  /** What cannot be delivered is news again when the exchange shows it again. */
  dispatch(report: Report): void {
    const { clientOrderId } = report;
    void this.#queue.add(async () => {
      try {
        if (!(await this.#deliver(report))) this.#tracker.notReported(clientOrderId);
      } catch (error) {
        this.#tracker.notReported(clientOrderId);
        log.warn('what the exchange shows of an order could not be delivered', { clientOrderId, error });
      }
    });
  }

  /** Begins nothing more; what was not delivered is seen again by the feed that takes over. */
  close(): void {
    this.#queue.clear();
  }

  /** False where nothing is applied, because no workflow runs and starting one is for reconciliation. */
  async #deliver({ clientOrderId, fact }: Report): Promise<boolean> {
    const taken = fact.type === 'observed' ? this.#ports.activeOrders.offer(clientOrderId, fact) : null;
    if (taken !== null && (await taken)) return true;
    const row = await this.#read(clientOrderId);
    if (row !== undefined) {
      this.#tracker.learn(row, Date.now());
      // Somebody else has seen the same meanwhile: reading the row costs less than waking the workflow.
      if (taken === null && (isEnded(row.status) || decide(row, fact) === null)) return true;
    }
    // The workflow first, so that its history has whatever the row records.
    const isTold = await this.#ports.orderWorkflows.signalFact(clientOrderId, fact);
    if (!isTold && !(await this.#resumeToEnd(clientOrderId, fact))) return false;
    try {
      const { trade } = await applyFact(this.#ports, clientOrderId, fact, row);
      this.#tracker.learn(trade, Date.now());
    } catch (error) {
      log.info('a fact could not be applied here; the workflow that was signalled will apply it', {
        clientOrderId,
        error,
      });
    }
    return true;
  }

  /**
   * Somebody has terminated the workflow: the order's end need not wait for reconciliation, which would block the bot for
   * a minute. Only the end of an order that the exchange has accepted: nothing is left to be placed or cancelled then.
   */
  async #resumeToEnd(clientOrderId: string, fact: Report['fact']): Promise<boolean> {
    if (fact.type !== 'observed') return false;
    // Read only now: a workflow that ended by itself had committed the end before.
    const row = await this.#read(clientOrderId);
    if (row === undefined || row.orderId === null || isEnded(row.status)) return false;
    if (!isEnded(decide(row, fact)?.trade.status ?? row.status)) return false;
    log.warn('no workflow runs for an order that has ended at the exchange: another run records the end', {
      clientOrderId,
    });
    await this.#ports.orderWorkflows.signalOrResume(clientOrderId, fact);
    return true;
  }

  /** Undefined while the database does not answer: the workflow must be signalled all the same. */
  async #read(clientOrderId: string): Promise<Trade | undefined> {
    return (await this.#ports.trades.find(clientOrderId).catch(() => null)) ?? undefined;
  }
}
