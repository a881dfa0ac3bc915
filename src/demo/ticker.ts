/** Tells each step of the demonstration's orders as it is committed. */
import type { DemoOrder } from './orders.ts';
import type { StoredEvent, TradeStore } from '../ports/trade-store.ts';

const LOOK_EVERY_MS = 200;
/** The placement attempt is no news beside its outcome. */
const SILENT = new Set(['post_attempt']);

export interface Ticker {
  /** Tells what is left to tell, and ends. */
  stop(): Promise<void>;
}

export function startTicker(orders: readonly DemoOrder[], trades: TradeStore, tell: (line: string) => void): Ticker {
  const startedMs = Date.now();
  const told = new Map<string, number>();
  let over = false;

  async function tellNews(): Promise<void> {
    const lines: { atMs: number; line: string }[] = [];
    for (const { request, story } of orders) {
      const events = await trades.events(request.clientOrderId);
      for (const event of events.slice(told.get(request.clientOrderId) ?? 0)) {
        const atMs = Date.parse(event.at) - startedMs;
        if (!SILENT.has(event.cause)) lines.push({ atMs, line: describe(request.clientOrderId, story, event, atMs) });
      }
      told.set(request.clientOrderId, events.length);
    }
    lines.sort((a, b) => a.atMs - b.atMs).forEach(({ line }) => tell(line));
  }

  const loop = (async () => {
    while (!over) {
      await tellNews();
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    await tellNews();
  })();
  return {
    stop() {
      over = true;
      return loop;
    },
  };
}

function describe(clientOrderId: string, story: string, event: StoredEvent, atMs: number): string {
  const seconds = `${(Math.max(atMs, 0) / 1000).toFixed(1)} s`.padStart(7);
  const change =
    event.fromStatus === event.toStatus ? event.toStatus : `${event.fromStatus ?? 'new'} → ${event.toStatus}`;
  const who = event.requestedBy === null ? '' : ` by ${event.requestedBy}`;
  return `${seconds}  ${clientOrderId.slice(-2)}  ${change.padEnd(22)} ${`${event.cause}${who}`.padEnd(26)} ${story}`;
}
