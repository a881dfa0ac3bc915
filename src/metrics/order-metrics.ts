/** What becomes of orders, counted where facts are applied to their rows; the store itself does what it did before. */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { Fact, FactSource } from '../domain/order/fact.ts';
import { LAYERS, type Layer, type Trade } from '../domain/order/trade.ts';
import type { Clocks } from '../ports/clocks.ts';
import { PlacementHaltedError, type Applied, type TradeStore } from '../ports/trade-store.ts';

const OUTCOMES = [
  'accepted',
  'refused',
  'unauthorised',
  'not-sent',
  'unknown',
  'mismatch',
  'halted',
  'too-late',
] as const;
type Outcome = (typeof OUTCOMES)[number];

/** By what each layer sees fills as a rule. A series has to exist before its first fill, or Prometheus does not see that one. */
const SOURCES: Readonly<Record<Layer, readonly FactSource[]>> = {
  'immediate-check': ['look', 'push'],
  monitoring: ['push', 'sweep'],
  reconciliation: ['listing', 'look'],
  'manual-sync': ['look'],
};

/** Fills whose time is not known yet; more of them are forgotten. */
const MAX_AWAITED = 10_000;

export function observeTrades(trades: TradeStore, clocks: Clocks, registry: Registry): TradeStore {
  const placements = new Counter({
    name: 'order_sync_placements_total',
    help: 'Attempts to place an order, by outcome; halted and too-late were never sent',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of OUTCOMES) placements.inc({ outcome }, 0);
  const detection = new Detection(clocks, registry);
  return {
    ...trades,
    async apply(clientOrderId, fact, known) {
      const applied = await trades.apply(clientOrderId, fact, known);
      if (!applied.isNews) return applied;
      const outcome = outcomeOf(fact, applied, known);
      if (outcome !== null) placements.inc({ outcome });
      detection.note(fact, applied.trade);
      return applied;
    },
    insertIntent: (intent, options) =>
      trades.insertIntent(intent, options).catch((error: unknown) => {
        if (error instanceof PlacementHaltedError) placements.inc({ outcome: 'halted' });
        throw error;
      }),
  };
}

/** Null for facts that say nothing of a placement. A push may show the order before its POST is answered. */
function outcomeOf(fact: Fact, { trade }: Applied, known: Trade | undefined): Outcome | null {
  switch (fact.type) {
    case 'accepted':
    case 'refused':
    case 'mismatch':
      return fact.type;
    case 'denied':
      return fact.kind;
    case 'outcome-unknown':
      return 'unknown';
    case 'placement-closed':
      if (trade.postAttempts > 0) return null;
      return fact.haltedBy === undefined ? 'too-late' : 'halted';
    case 'observed':
      return known?.orderId === null && known.postAttempts > 0 && trade.orderId !== null ? 'accepted' : null;
    case 'checked':
    case 'window-closed':
    case 'unconfirmed':
    case 'cancel-requested':
    case 'cancel-answered':
    case 'resolved':
    case 'noted':
    case 'reclaimed':
    case 'fills':
      return null;
  }
}

interface AwaitedFill {
  source: string;
  committedAtMs: number;
}

/** How long a fill took to be known. A push does not say when it was: then it is counted once the fills do. */
class Detection {
  readonly #clocks: Clocks;
  readonly #seconds: Histogram<'layer' | 'source'>;
  readonly #awaited = new Map<string, AwaitedFill>();

  constructor(clocks: Clocks, registry: Registry) {
    this.#clocks = clocks;
    this.#seconds = new Histogram({
      name: 'order_sync_detection_seconds',
      help: "From the exchange's time of a whole fill to the commit that released the bot, by layer and source",
      labelNames: ['layer', 'source'],
      buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3_600],
      registers: [registry],
    });
    for (const layer of LAYERS) for (const source of SOURCES[layer]) this.#seconds.zero({ layer, source });
  }

  note(fact: Fact, trade: Trade): void {
    const { clientOrderId, status, fillDetectedAt, filledAt, detectedBy } = trade;
    if (status !== 'completed' || filledAt === null || detectedBy === null) return;
    if (fillDetectedAt === fact.at && 'order' in fact) {
      const source = fact.type === 'observed' ? fact.source : 'look';
      this.#awaited.set(clientOrderId, { source, committedAtMs: Date.now() });
      const [oldest] = this.#awaited.keys();
      if (this.#awaited.size > MAX_AWAITED && oldest !== undefined) this.#awaited.delete(oldest);
    }
    const awaited = this.#awaited.get(clientOrderId);
    if (awaited === undefined || filledAt === fillDetectedAt) return;
    this.#awaited.delete(clientOrderId);
    const offsetMs = this.#clocks.offsetMs('exchange') ?? 0;
    const seconds = Math.max(0, awaited.committedAtMs + offsetMs - Date.parse(filledAt)) / 1_000;
    this.#seconds.observe({ layer: detectedBy, source: awaited.source }, seconds);
  }
}
