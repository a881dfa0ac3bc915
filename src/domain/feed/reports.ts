/** What the feed has to report of orders: an end at once, a burst of changes once, by its last. */
import type { ExchangeOrder } from '../order/exchange-order.ts';
import type { ObservedFact, UnconfirmedFact } from '../order/fact.ts';
import { newsOf } from './news.ts';
import type { TrackedOrder } from './tracked-order.ts';

/** Partial fills of a burst, and what the placement's own look shows too, come within this time. */
const GATHER_FOR_MS = 300;

export interface Report {
  clientOrderId: string;
  fact: ObservedFact | UnconfirmedFact;
}

export class Reports {
  #ready: Report[] = [];
  readonly #gathered = new Map<string, { fact: ObservedFact; dueAtMs: number }>();

  /** Keeps what the exchange shows of the order, if that is news. */
  observe(tracked: TrackedOrder, fact: ObservedFact, nowMs: number): void {
    const { order } = fact;
    const { clientOrderId } = tracked.trade;
    const news = newsOf(tracked.trade, tracked.reported, order);
    if (news === 'none') return;
    tracked.reported = { status: order.status, filledSize: order.filledSize };
    if (news === 'end') {
      this.#gathered.delete(clientOrderId);
      this.#ready.push({ clientOrderId, fact });
    } else {
      const dueAtMs = this.#gathered.get(clientOrderId)?.dueAtMs ?? nowMs + GATHER_FOR_MS;
      this.#gathered.set(clientOrderId, { fact, dueAtMs });
    }
  }

  unconfirmed({ trade, confirmedAtMs }: TrackedOrder, lastError: string | null, nowMs: number): void {
    const since = new Date(confirmedAtMs).toISOString();
    const at = new Date(nowMs).toISOString();
    const fact = { type: 'unconfirmed', key: `feed/unconfirmed/${since}`, at, since, lastError } as const;
    this.#ready.push({ clientOrderId: trade.clientOrderId, fact });
  }

  /** What is to be reported now, each once. What the row has learnt by itself meanwhile is left out. */
  take(find: (clientOrderId: string) => TrackedOrder | undefined, nowMs: number): Report[] {
    for (const [clientOrderId, { fact, dueAtMs }] of this.#gathered) {
      if (dueAtMs > nowMs) continue;
      this.#gathered.delete(clientOrderId);
      const tracked = find(clientOrderId);
      if (tracked !== undefined && newsOf(tracked.trade, null, fact.order) !== 'none') {
        this.#ready.push({ clientOrderId, fact });
      }
    }
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }
}

/** The order as an answer or a push shows it. */
export function observation(order: ExchangeOrder, source: ObservedFact['source'], nowMs: number): ObservedFact {
  const at = new Date(nowMs).toISOString();
  return { type: 'observed', key: `feed/${at}/${order.status}/${order.filledSize}`, at, order, source };
}
