/** Syncs, cancels or resolves the orders that fit a filter. Over HTTP. */
import type { CommandResult } from '../domain/order/command-result.ts';
import type { Requester } from '../domain/order/requester.ts';
import type { OpenStatus, TradeStatus } from '../domain/order/trade.ts';
import { rowsOf } from './http-answer.ts';
import { httpEndpoint, type HttpEndpoint } from './http-endpoint.ts';
import type { CallOptions } from './retry.ts';
import type { TradeReaderOptions } from './trade-reader.ts';

/** Which orders; each field that is given narrows it, and one at least is required. Without a status: the open ones. */
export interface OrderFilter<Status extends TradeStatus = OpenStatus> {
  botId?: string | undefined;
  productId?: string | undefined;
  status?: Status | undefined;
  /** Requested at least this long ago. */
  olderThanSeconds?: number | undefined;
  /** Every open order, in place of the other fields. */
  all?: boolean | undefined;
}

/** `timeoutMs` is for each request, which carries at most a hundred orders; 30,000 by default. */
export interface ManyOptions extends CallOptions {
  /** Only says which orders would be reached. Default false. */
  dryRun?: boolean | undefined;
}

const TIMEOUT_MS = 30_000;

/**
 * Every method yields the result for each order, newest first, and asks for the next ones as they are taken. Orders
 * that are placed meanwhile are not reached. Safe to repeat. Errors are those of TradeReader; one order that fails is
 * no error.
 */
export class TradeOperator {
  readonly #endpoint: HttpEndpoint;

  /** Throws TypeError where the URL or the token cannot be one. */
  constructor(options: TradeReaderOptions) {
    this.#endpoint = httpEndpoint(options);
  }

  sync(
    filter: OrderFilter<TradeStatus>,
    options: ManyOptions & Partial<Requester> = {},
  ): AsyncGenerator<CommandResult, void> {
    return this.#command('sync', filter, {}, options);
  }

  cancel(filter: OrderFilter, options: ManyOptions & Partial<Requester> = {}): AsyncGenerator<CommandResult, void> {
    return this.#command('cancel', filter, {}, options);
  }

  /** Ends orders that cannot be verified; the exchange is asked about each first. */
  resolve(
    filter: OrderFilter,
    { status, ...options }: ManyOptions & { status: 'cancelled' | 'failed'; requestedBy: string; reason: string },
  ): AsyncGenerator<CommandResult, void> {
    return this.#command('resolve', filter, { status }, options);
  }

  async *#command(
    verb: 'sync' | 'cancel' | 'resolve',
    { botId, productId, olderThanSeconds, ...rest }: OrderFilter<TradeStatus>,
    more: object,
    { dryRun, requestedBy, reason, timeoutMs = TIMEOUT_MS, signal }: ManyOptions & Partial<Requester>,
  ): AsyncGenerator<CommandResult, void> {
    const filter = { bot_id: botId, product_id: productId, older_than_seconds: olderThanSeconds, ...rest };
    const body = { filter, ...more, dry_run: dryRun, requested_by: requestedBy, reason };
    for (let cursor: unknown; cursor !== null;) {
      const request = { path: `trades/${verb}`, body: { ...body, cursor }, list: 'items' };
      const page = await this.#endpoint.post(request, { timeoutMs, signal });
      yield* rowsOf<CommandResult>(page['items']);
      cursor = page['next_cursor'];
    }
  }
}
