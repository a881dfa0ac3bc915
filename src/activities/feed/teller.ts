/** Tells the orders' workflows what the feed has seen, if it is news to them, and commits the ends at once. */
import { log } from '@temporalio/activity';
import PQueue from 'p-queue';
import type { Unconfirmed } from '../../domain/order/order-context.ts';
import type { ExchangeOrder } from '../../domain/order/exchange-order.ts';
import type { Observation } from '../../domain/order/observation.ts';
import { isBeingPlaced, isSeenByPlacement, newsOf } from '../../domain/feed/news.ts';
import { isEnded } from '../../domain/order/trade.ts';
import { toldEndKey } from '../../domain/order/change-keys.ts';
import { earlyEnd } from '../../domain/order/early-changes.ts';
import type { WatchedTrade } from '../../domain/order/watched-trade.ts';
import type { FeedPorts } from './ports.ts';
import { now } from '../runtime/activity-context.ts';
import type { Watch } from './watch-list.ts';

/** A burst of partial fills is told once, by its last. */
const GATHER_FOR_MS = 300;
/** An end that the placement's own look shows is left to it for 4.5 s in all: where all is slow, a signal more makes it slower. */
const LONGEST_WAIT_MS = 2_400;
/** Signals under way at once: enough for hundreds a second, and no flood for the server. */
const SIGNALS_AT_ONCE = 40;

interface Gathered {
  observation: Observation;
  /** From the last time it was put off. */
  waitMs: number;
  timer: NodeJS.Timeout;
}

export class Teller {
  readonly #ports: Pick<FeedPorts, 'orderWorkflows' | 'trades'>;
  readonly #signals = new PQueue({ concurrency: SIGNALS_AT_ONCE });
  readonly #gathered = new Map<Watch, Gathered>();
  #isClosed = false;

  constructor(ports: Pick<FeedPorts, 'orderWorkflows' | 'trades'>) {
    this.#ports = ports;
  }

  /** Tells the order's workflow if this is news to it. */
  observe(watch: Watch, order: ExchangeOrder, source: Observation['source']): void {
    const news = newsOf(watch.trade, watch.told, order);
    if (news === 'none') return;
    watch.told = { status: order.status, filledSize: order.filledSize };
    const observation: Observation = { order, seenAt: now(), source };
    const before = this.#gathered.get(watch);
    if (news === 'end' && !isBeingPlaced(watch.trade, Date.now())) {
      clearTimeout(before?.timer);
      this.#gathered.delete(watch);
      this.#send(watch, () => this.#tellEnd(watch.trade, observation));
    } else if (before === undefined) {
      this.#gather(watch, observation, GATHER_FOR_MS);
    } else {
      before.observation = observation;
    }
  }

  lose(watch: Watch, report: Unconfirmed): void {
    this.#send(watch, () => this.#ports.orderWorkflows.lose(watch.trade.clientOrderId, report));
  }

  /** Sends nothing more; what was not told is seen again by whoever watches next. */
  close(): void {
    this.#isClosed = true;
    for (const { timer } of this.#gathered.values()) clearTimeout(timer);
    this.#gathered.clear();
    this.#signals.clear();
  }

  /** The workflow is told first: what is written down then is in its history, and where none runs nothing is written. */
  async #tellEnd({ clientOrderId, status }: WatchedTrade, seen: Observation): Promise<boolean> {
    if (status === 'placing') return this.#ports.orderWorkflows.observe(clientOrderId, seen);
    const changeKey = toldEndKey(seen.seenAt);
    const observation = { ...seen, changeKey };
    const isTold = await this.#ports.orderWorkflows.observe(clientOrderId, observation);
    if (isTold) {
      await this.#ports.trades
        .commitEarly(clientOrderId, (row) => earlyEnd(row, seen, changeKey))
        .catch((error: unknown) =>
          log.debug('an end is left to its workflow', { clientOrderId, error: String(error) }),
        );
    }
    return isTold;
  }

  #gather(watch: Watch, observation: Observation, waitMs: number): void {
    if (this.#isClosed || this.#gathered.has(watch)) return;
    const timer = setTimeout(() => this.#flush(watch), waitMs);
    this.#gathered.set(watch, { observation, waitMs, timer });
  }

  #flush(watch: Watch): void {
    const gathered = this.#gathered.get(watch);
    this.#gathered.delete(watch);
    if (gathered === undefined) return;
    this.#send(watch, () => this.#tell(watch, gathered));
  }

  /** Whoever places the order may have seen the same meanwhile: reading the row costs less than waking the workflow. */
  async #tell(watch: Watch, { observation, waitMs }: Gathered): Promise<boolean> {
    const { clientOrderId, status } = watch.trade;
    if (status === 'placing') {
      const row = await this.#ports.trades.find(clientOrderId);
      if (row !== null && isEnded(row.status)) return true;
      if (row !== null && waitMs < LONGEST_WAIT_MS && isSeenByPlacement(row, Date.parse(observation.seenAt))) {
        this.#gather(watch, observation, waitMs * 2);
        return true;
      }
    }
    return this.#ports.orderWorkflows.observe(clientOrderId, observation);
  }

  /** What could not be told is news again the next time. */
  #send(watch: Watch, signal: () => Promise<boolean>): void {
    const forget = (): void => {
      watch.told = null;
      watch.isLost = false;
    };
    void this.#signals.add(async () => {
      try {
        // Where no workflow runs, starting one is for reconciliation.
        if (!(await signal())) forget();
      } catch (error) {
        forget();
        log.warn('an order could not be told what the exchange shows', {
          clientOrderId: watch.trade.clientOrderId,
          error: String(error),
        });
      }
    });
  }
}
