/** The engine's log of events, followed over any number of connections. */
import { setTimeout as sleep } from 'node:timers/promises';
import { camelKeys } from '../domain/names.ts';
import type { TradeEvent } from '../domain/order/trade-event.ts';
import { OrderSyncError } from './errors.ts';
import type { HttpEndpoint, StreamRequest } from './http-endpoint.ts';
import { readMessages } from './server-sent-events.ts';

/** An event, and its place in the log. */
export interface LoggedEvent extends TradeEvent {
  cursor: string;
  clientOrderId: string;
  botId: string;
}

export interface EventOptions {
  /** The cursor of an event that was read already. Default: from the first; `latest`: only those that are still to come. */
  after?: string | undefined;
  /** Default: of all bots. */
  botId?: string | undefined;
  /** Ends the iteration, which then rejects with its reason. */
  signal?: AbortSignal | undefined;
}

/** The engine says something every 10 s. */
const SILENCE_MS = 30_000;
const FIRST_RETRY_AFTER_MS = 100;
const MAX_INTERVAL_MS = 2_000;

export async function* followEvents(
  endpoint: HttpEndpoint,
  { after, botId, signal = new AbortController().signal }: EventOptions,
): AsyncGenerator<LoggedEvent, never> {
  let lastEventId: string | null = null;
  for (let intervalMs = FIRST_RETRY_AFTER_MS; ; intervalMs = Math.min(intervalMs * 2, MAX_INTERVAL_MS)) {
    const connection = new AbortController();
    const stop = AbortSignal.any([signal, connection.signal]);
    let silence: NodeJS.Timeout | undefined;
    const listen = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => connection.abort(), SILENCE_MS);
    };
    try {
      listen();
      const request: StreamRequest = { path: 'events', query: { after, bot_id: botId }, lastEventId };
      for await (const { id, data } of readMessages(await endpoint.open(request, stop))) {
        // A reader who takes his time is no silence of the engine's.
        clearTimeout(silence);
        intervalMs = FIRST_RETRY_AFTER_MS;
        lastEventId = id ?? lastEventId;
        if (data !== null) yield camelKeys<LoggedEvent>(JSON.parse(data) as object);
        listen();
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof OrderSyncError && !error.retryable) throw error;
    } finally {
      clearTimeout(silence);
      connection.abort();
    }
    await sleep(intervalMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
