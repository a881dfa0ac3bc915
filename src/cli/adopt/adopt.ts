/** Adopts orders that the exchange has: a row for each, and its workflow, which asks the exchange at once and never posts. */
import PQueue from 'p-queue';
import { OrderSyncError, type OrderSyncClient } from '../../client/index.ts';
import { readAdoption } from '../../domain/order/adoption.ts';
import type { ExchangeOrder } from '../../domain/order/exchange-order.ts';
import { describeFieldErrors } from '../../domain/field-error.ts';
import type { Caller } from '../../domain/order/requester.ts';
import { CLIENT_ORDER_ID_MISMATCH } from '../../domain/order/decisions/end.ts';
import { isEnded, type Trade, type TradeStatus } from '../../domain/order/trade.ts';
import { ExchangeError, type Exchange } from '../../ports/exchange.ts';
import type { TradeStore } from '../../ports/trade-store.ts';
import type { StuckTrade } from './stuck-trades.ts';

/** As many ids as one request to the exchange names. */
const CHUNK = 50;
/** Each sync costs one urgent request: so few at once that bots' own immediate checks don't wait behind them. */
const AT_ONCE = 20;
const CONFIRM_WITHIN_MS = 20_000;
const CONFIRM_ATTEMPTS = 3;

export interface AdoptReport extends StuckTrade {
  /** Of an adopted or known order `status` is the trade's; `unknown` to the exchange; or why it could not be. */
  result: 'adopted' | 'already_known' | 'reclaimed' | 'unknown' | 'not_adopted';
  clientOrderId: string | null;
  status: TradeStatus | null;
  filledSize: string | null;
  averageFilledPrice: string | null;
  /** Why it could not be adopted, or not be confirmed. */
  error: string | null;
}

export interface AdoptDependencies {
  exchange: Exchange;
  trades: TradeStore;
  orders: OrderSyncClient;
  by: Caller;
  stop: AbortSignal;
}

/** One report for each order, in their order. Run again, it continues where it was. Throws DatabaseUnavailableError, and the reason of `stop`. */
export async function adoptAll(
  stuck: readonly StuckTrade[],
  dependencies: AdoptDependencies & { onProgress(done: number): void },
): Promise<AdoptReport[]> {
  const confirmation = new Confirmation(dependencies);
  const reports: AdoptReport[] = [];
  for (let start = 0; start < stuck.length; start += CHUNK) {
    reports.push(...(await adoptChunk(stuck.slice(start, start + CHUNK), dependencies, confirmation)));
    dependencies.onProgress(reports.length);
  }
  return reports;
}

async function adoptChunk(
  chunk: readonly StuckTrade[],
  dependencies: AdoptDependencies,
  confirmation: Confirmation,
): Promise<AdoptReport[]> {
  const shown = await shownOrders(chunk, dependencies);
  const queue = new PQueue({ concurrency: AT_ONCE });
  return Promise.all(chunk.map((one) => queue.add(() => adoptOne(one, shown, dependencies, confirmation))));
}

type Shown = Map<string, ExchangeOrder> | ExchangeError;

async function shownOrders(chunk: readonly StuckTrade[], { exchange, stop }: AdoptDependencies): Promise<Shown> {
  try {
    const orderIds = chunk.map(({ orderId }) => orderId);
    const { orders } = await exchange.listOrders({ orderIds }, 'sweep', stop);
    return new Map(orders.map((order) => [order.orderId, order]));
  } catch (error) {
    if (error instanceof ExchangeError) return error;
    throw error;
  }
}

async function adoptOne(
  one: StuckTrade,
  shown: Shown,
  dependencies: AdoptDependencies,
  confirmation: Confirmation,
): Promise<AdoptReport> {
  dependencies.stop.throwIfAborted();
  if (confirmation.failure !== null) return report(one, 'not_adopted', `not tried: ${confirmation.failure.message}`);
  try {
    const adopted = await adoptRow(one, shown, dependencies);
    if ('result' in adopted) return adopted;
    const { trade, inserted } = adopted;
    const error = isEnded(trade.status) ? null : await confirmation.confirm(trade);
    const row = await dependencies.trades.find(trade.clientOrderId);
    return report(one, inserted ? 'adopted' : 'already_known', error, row);
  } catch (error) {
    if (error instanceof ExchangeError) return report(one, 'not_adopted', error.message);
    throw error;
  }
}

type AdoptedRow = { trade: Trade; inserted: boolean } | AdoptReport;

/** The order's row, inserted where there is none. */
async function adoptRow(
  one: StuckTrade,
  shown: Shown,
  { exchange, trades, by, stop }: AdoptDependencies,
): Promise<AdoptedRow> {
  const known = await trades.findByEitherId(one.orderId);
  if (known?.orderId === one.orderId) return mustBeOf(one, known) ?? { trade: known, inserted: false };
  if (shown instanceof ExchangeError) throw shown;
  const order = shown.get(one.orderId) ?? (await lookUp(exchange, one.orderId, stop));
  if (order === null) return report(one, 'unknown', 'the exchange does not know it');
  const read = readAdoption(order, one.botId);
  if (read.kind === 'malformed') return report(one, 'not_adopted', describeFieldErrors(read.errors));
  const { trade, inserted } = await trades.adopt(read.adoption, by);
  return mustBeOf(one, trade) ?? { trade, inserted };
}

/** A row that is there already may be another bot's, or another order's under the same client order id. */
function mustBeOf(one: StuckTrade, { clientOrderId, orderId, botId, reason }: Trade): AdoptReport | null {
  if (botId !== one.botId)
    return report(one, 'not_adopted', `it is known already, as ${clientOrderId} of bot ${botId}`);
  if (reason === CLIENT_ORDER_ID_MISMATCH && orderId === null) {
    const remedy = `\`order-sync adopt --force ${one.orderId} --requested-by <who> --reason <why>\` takes that back`;
    return report(one, 'not_adopted', `${clientOrderId} was ended because the order did not fit it: ${remedy}`);
  }
  if (orderId === null || orderId === one.orderId) return null;
  return report(one, 'not_adopted', `its client order id ${clientOrderId} belongs to the order ${orderId} already`);
}

/** A listing may leave out what the exchange knows all the same (an order that was placed in its app, for one). */
async function lookUp(exchange: Exchange, orderId: string, stop: AbortSignal): Promise<ExchangeOrder | null> {
  try {
    return await exchange.getOrder(orderId, 'sweep', stop);
  } catch (error) {
    if (error instanceof ExchangeError && error.kind === 'not-found') return null;
    throw error;
  }
}

/** Has the orders' workflows started and the exchange asked, until each order has ended or is confirmed to be open. */
export class Confirmation {
  readonly #dependencies: AdoptDependencies;
  #confirmed = 0;
  /** Why no further order is tried. */
  failure: OrderSyncError | null = null;

  constructor(dependencies: AdoptDependencies) {
    this.#dependencies = dependencies;
  }

  /** Why the order is not confirmed, or null. */
  async confirm({ clientOrderId }: Trade): Promise<string | null> {
    const { orders, by, stop } = this.#dependencies;
    const { requestedBy, reason } = by;
    try {
      let error: string | null = null;
      for (let attempt = 1; attempt <= CONFIRM_ATTEMPTS; attempt += 1) {
        ({ error } = await orders.sync(clientOrderId, {
          requestedBy,
          reason,
          signal: stop,
          timeoutMs: CONFIRM_WITHIN_MS,
        }));
        if (error === null) break;
      }
      this.#confirmed += 1;
      return error;
    } catch (error) {
      if (!(error instanceof OrderSyncError)) throw error;
      // One order may be slow; when none was ever answered, nobody is there.
      if (error.code !== 'WaitTimeout' || this.#confirmed === 0) this.failure = error;
      return error.message;
    }
  }
}

export function report(
  one: StuckTrade,
  result: AdoptReport['result'],
  error: string | null,
  trade: Trade | null = null,
): AdoptReport {
  return {
    ...one,
    result,
    clientOrderId: trade?.clientOrderId ?? null,
    status: trade?.status ?? null,
    filledSize: trade?.filledSize ?? null,
    averageFilledPrice: trade?.averageFilledPrice ?? null,
    error,
  };
}
