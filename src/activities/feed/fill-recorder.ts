/** Records the account's fills, and completes by them the trades that have ended. */
import { log } from '@temporalio/activity';
import type { FeedTracker } from '../../domain/feed/feed-tracker.ts';
import { fillsFact, needsShownSize, withTotals } from '../../domain/feed/fills-fact.ts';
import type { AccountFillsPoll, OrderFillsPoll } from '../../domain/feed/polls.ts';
import { decide } from '../../domain/order/decide.ts';
import { ORDER_IDS_A_REQUEST, type Fill } from '../../domain/order/exchange-order.ts';
import { isEnded, type Trade } from '../../domain/order/trade.ts';
import { applyFact } from '../order/fact-log.ts';
import { chunksOf, inParallel } from '../runtime/in-parallel.ts';
import type { FeedPorts } from '../ports.ts';
import type { UnreadableRows } from './unreadable-rows.ts';

/** Trades at once; more are next, when these are complete. */
const MAX_ENDED = 500;
/** A week after the last change of a row only a person can say more: a sync, which changes it, takes the asking up again. */
const RECENT = { changedWithinMs: 7 * 86_400_000 };
/** A statement has at most 65,535 parameters. */
const FILLS_A_STATEMENT = 1_000;
const AT_ONCE = 8;

type RecorderPorts = Pick<FeedPorts, 'exchange' | 'trades' | 'alerts'>;

export class FillRecorder {
  readonly #ports: RecorderPorts;
  readonly #tracker: FeedTracker;
  readonly #unreadable: UnreadableRows;
  readonly #signal: AbortSignal;

  constructor(ports: RecorderPorts, tracker: FeedTracker, unreadable: UnreadableRows, signal: AbortSignal) {
    this.#ports = ports;
    this.#tracker = tracker;
    this.#unreadable = unreadable;
    this.#signal = signal;
  }

  /** The trades that have ended are read first, so that the answer has what they had been filled. */
  async askAccount({ from, isNeeded, priority }: AccountFillsPoll): Promise<void> {
    const { trades, exchange } = this.#ports;
    const { fills } = this.#tracker;
    const ended = await trades.endedWithoutFills(MAX_ENDED, RECENT).catch((error: unknown) => {
      log.info('the trades that wait for fills could not be read', { error });
      return null;
    });
    if (ended !== null && ended.length < MAX_ENDED) fills.waiting.keepOnly(ended);
    if (!isNeeded && !fills.isAwaited(ended ?? [], Date.now())) return fills.accountAnswered(null, Date.now());
    const listed = await exchange.listFillsSince(from, priority, this.#signal);
    this.#unreadable.report('fills', listed.unreadable);
    const filled = await this.#record(listed.fills);
    // Without the database every listed fill may be news.
    this.#tracker.filled(filled ?? listed.fills.map(({ orderId }) => orderId));
    if (filled !== null && ended !== null) await this.#settleAccount(ended, filled);
    // They are recorded, and so no news the next time: which of them correct an ended trade is asked then.
    if (filled !== null && ended === null) fills.unexpectedAgain([...filled]);
    fills.accountAnswered(filled === null ? null : listed.fills, Date.now());
  }

  async askOrders(poll: OrderFillsPoll): Promise<void> {
    const listed = await this.#ports.exchange.listFills(poll.orderIds, poll.priority, this.#signal);
    this.#unreadable.report('fills', listed.unreadable);
    await this.#recordAll(listed.fills);
    await this.#settle(this.#tracker.fills.fillsAnswered(poll));
  }

  async #settleAccount(ended: readonly Trade[], filled: ReadonlySet<string>): Promise<void> {
    const { fills } = this.#tracker;
    const unexpected = fills.takeUnexpected(ended, filled, (orderId) => this.#tracker.isOpen(orderId));
    try {
      const corrected: Trade[] = [];
      await inParallel(unexpected, AT_ONCE, async (orderId) => {
        const trade = await this.#ports.trades.findByEitherId(orderId);
        if (trade !== null && isEnded(trade.status)) corrected.push(trade);
      });
      await this.#settle([...fills.touched(ended, filled, Date.now()), ...corrected]);
    } catch (error) {
      fills.unexpectedAgain(unexpected);
      throw error;
    }
  }

  /** The exchange's ids of the orders with new fills; null while the database does not answer. */
  async #record(fills: readonly Fill[]): Promise<Set<string> | null> {
    try {
      return await this.#recordAll(fills);
    } catch (error) {
      log.info('fills could not be recorded', { error });
      return null;
    }
  }

  async #recordAll(fills: readonly Fill[]): Promise<Set<string>> {
    const filled = new Set<string>();
    for (const chunk of chunksOf(fills, FILLS_A_STATEMENT)) {
      for (const orderId of await this.#ports.trades.recordFills(chunk)) filled.add(orderId);
    }
    return filled;
  }

  async #settle(trades: readonly Trade[]): Promise<void> {
    const orderIds = trades.flatMap(({ orderId }) => orderId ?? []);
    if (orderIds.length === 0) return;
    const fills = Map.groupBy(await this.#ports.trades.fillsOf(...orderIds), ({ orderId }) => orderId);
    const nowMs = Date.now();
    const unsettled = trades.map((trade) => {
      const recorded = withTotals(fills.get(trade.orderId ?? '') ?? []);
      const overdue = this.#tracker.fills.waiting.isOverdue(trade, nowMs);
      return { trade, recorded, overdue, isDoubtful: needsShownSize(trade, recorded, overdue) };
    });
    const doubtful = unsettled.filter(({ isDoubtful }) => isDoubtful).map(({ trade }) => trade);
    const shownSizes = await this.#shownSizes(doubtful);
    await inParallel(unsettled, AT_ONCE, async ({ trade, recorded, overdue, isDoubtful }) => {
      const shownSize = shownSizes.get(trade.orderId ?? '') ?? null;
      const fact = fillsFact(trade, recorded, { shownSize, overdue }, nowMs);
      const canDecide = overdue || !isDoubtful || shownSize !== null;
      const isNews = canDecide && decide(trade, fact) !== null;
      const row = isNews ? (await applyFact(this.#ports, trade.clientOrderId, fact, trade)).trade : trade;
      this.#tracker.fills.settled(row, { isComplete: row.fillsComplete && canDecide }, nowMs);
    });
  }

  /** By the exchange's id. Those that it does not show, and all where it does not answer, are left out. */
  async #shownSizes(trades: readonly Trade[]): Promise<Map<string, string>> {
    const sizes = new Map<string, string>();
    for (const chunk of chunksOf(trades, ORDER_IDS_A_REQUEST)) {
      const orderIds = chunk.flatMap(({ orderId }) => orderId ?? []);
      try {
        const { orders, unreadable } = await this.#ports.exchange.listOrders({ orderIds }, 'sweep', this.#signal);
        this.#unreadable.report('orders', unreadable);
        for (const { orderId, filledSize } of orders) sizes.set(orderId, filledSize);
      } catch (error) {
        log.info('the filled sizes of ended orders could not be asked for', { error });
      }
    }
    return sizes;
  }
}
