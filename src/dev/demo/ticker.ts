/** Looks again and again how the demonstration's orders go, and has it shown. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredEvent, TradeStore } from '../../ports/trade-store.ts';
import type { DemoOrder } from './orders.ts';

const LOOK_EVERY_MS = 200;
/** The placement attempt says nothing that its outcome does not. */
const SILENT = new Set(['post_attempt']);

/** An order of the demonstration, and what was committed of it so far. */
export interface OrderLife {
  /** Two digits. */
  id: string;
  story: string;
  /** When its bot asked for it; null while nothing is committed. */
  createdAt: string | null;
  /** Oldest first. */
  events: readonly StoredEvent[];
}

export type Show = (lives: readonly OrderLife[], nowMs: number) => void;

export interface Ticker {
  /** Shows what is left to show, and ends. */
  stop(): Promise<void>;
}

export function startTicker(orders: readonly DemoOrder[], trades: TradeStore, show: Show): Ticker {
  let over = false;
  const createdAt = new Map<string, string>();

  async function createdAtOf(clientOrderId: string): Promise<string | null> {
    const trade = createdAt.has(clientOrderId) ? null : await trades.find(clientOrderId);
    if (trade !== null) createdAt.set(clientOrderId, trade.createdAt);
    return createdAt.get(clientOrderId) ?? null;
  }

  async function look(): Promise<void> {
    const lives = orders.map(async ({ request: { clientOrderId }, story }) => {
      const events = await trades.events(clientOrderId);
      return {
        id: clientOrderId.slice(-2),
        story,
        createdAt: await createdAtOf(clientOrderId),
        events: events.filter(({ cause }) => !SILENT.has(cause)),
      };
    });
    show(await Promise.all(lives), Date.now());
  }

  const loop = (async () => {
    while (!over) {
      await look();
      await sleep(LOOK_EVERY_MS);
    }
    await look();
  })();
  return {
    stop() {
      over = true;
      return loop;
    },
  };
}
