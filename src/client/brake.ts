/** Stops placing, for a bot or for all, and lets it continue. Over HTTP. */
import { rowsOf, type Answer } from './http-answer.ts';
import { httpEndpoint, type HttpEndpoint } from './http-endpoint.ts';
import type { CallOptions } from './retry.ts';
import type { BlockingOrder, TradeReaderOptions } from './trade-reader.ts';

export interface HaltedOrder extends BlockingOrder {
  botId: string;
  /** A cancel is wanted, or was sent and may still take effect. */
  cancelRequested: boolean;
}

/** A halt that is in force. */
export interface Halt {
  /** Null: every bot. */
  botId: string | null;
  since: string;
  requestedBy: string;
  /** Who sent it, as the engine knows it: `http:` and the token's name, or the command's user and host. */
  sentBy: string | null;
  reason: string;
  cancelOpen: boolean;
  /** True once every open order that it covers is confirmed ended. */
  flat: boolean;
  /** Those that are not, oldest first, at most 500. */
  open: HaltedOrder[];
}

export interface ResumeOptions extends CallOptions {
  /** Default: the halt of every bot. */
  botId?: string | undefined;
  requestedBy: string;
  reason: string;
}

export interface HaltOptions extends ResumeOptions {
  /** Also cancels every open order that the halt covers, until none is left. Default false. */
  cancelOpen?: boolean | undefined;
}

/** Every method answers the halts in force, oldest first, and is safe to repeat. Errors are those of TradeReader. */
export class Brake {
  readonly #endpoint: HttpEndpoint;

  /** Throws TypeError where the URL or the token cannot be one. */
  constructor(options: TradeReaderOptions) {
    this.#endpoint = httpEndpoint(options);
  }

  /** From now on nothing of the bot is placed: `place` rejects with PlacementHaltedError. */
  halt({ botId, requestedBy, reason, cancelOpen = false, ...options }: HaltOptions): Promise<Halt[]> {
    const body = { bot_id: botId, cancel_open: cancelOpen, requested_by: requestedBy, reason };
    return haltsOf(this.#endpoint.post({ path: 'halt', body, list: 'items' }, options));
  }

  /** Ends that halt and no other: a bot that is halted by itself stays so when all are resumed. */
  resume({ botId, requestedBy, reason, ...options }: ResumeOptions): Promise<Halt[]> {
    const body = { bot_id: botId, requested_by: requestedBy, reason };
    return haltsOf(this.#endpoint.post({ path: 'resume', body, list: 'items' }, options));
  }

  halts(options: CallOptions = {}): Promise<Halt[]> {
    return haltsOf(this.#endpoint.get({ path: 'halts', query: {}, list: 'items', orderId: '' }, options));
  }
}

async function haltsOf(answer: Promise<Answer>): Promise<Halt[]> {
  const { items } = await answer;
  return rowsOf<Halt>(items).map((halt) => ({ ...halt, open: rowsOf<HaltedOrder>(halt.open) }));
}
