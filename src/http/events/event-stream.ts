/** The log of events as `text/event-stream` (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
import type { LoggedEvent } from '../../ports/event-log.ts';
import { loggedEventView } from '../schemas/events.ts';
import type { EventTail } from './event-tail.ts';

/** Proxies close an idle connection, often after a minute. */
const HEARTBEAT_MS = 10_000;

export interface EventStreamOptions {
  after: string | null;
  /** Null: all bots. */
  botId: string | null;
  signal: AbortSignal;
}

/** Pieces of the answer, each made when the reader has taken the one before. */
export async function* eventStream(
  tail: EventTail,
  { after, botId, signal }: EventStreamOptions,
): AsyncGenerator<string> {
  yield after === null ? 'retry: 1000\n\n' : `retry: 1000\nid: ${after}\n\n`;
  let sentAtMs = performance.now();
  for await (const { items, cursor } of tail.stream({ after, signal, heartbeatMs: HEARTBEAT_MS })) {
    const wanted = botId === null ? items : items.filter((event) => event.botId === botId);
    if (wanted.length === 0 && performance.now() - sentAtMs < HEARTBEAT_MS) continue;
    sentAtMs = performance.now();
    // An id without data is no event, but a reader that reconnects continues from it.
    yield wanted.length === 0 ? `: still here\nid: ${cursor}\n\n` : wanted.map(asText).join('');
  }
}

function asText(event: LoggedEvent): string {
  return `id: ${event.cursor}\ndata: ${JSON.stringify(loggedEventView(event))}\n\n`;
}
