/** What an activity learns of one order: applied to the row as it comes, and answered with the row. */
import type { Fact } from '../../domain/order/fact.ts';
import { isOlder, type Trade } from '../../domain/order/trade.ts';
import type { Alerts } from '../../ports/alerts.ts';
import { OrderIdTakenError, type Applied, type TradeStore } from '../../ports/trade-store.ts';

export interface ApplyPorts {
  trades: TradeStore;
  alerts: Alerts;
}

/** The answer of an activity that works on an order: the row as it left it, and, for auditors, what changed the row. */
export interface OrderActivityResult {
  trade: Trade;
  facts: Fact[];
}

export class FactLog {
  readonly #ports: ApplyPorts;
  readonly #facts: Fact[] = [];
  #trade: Trade;

  /** `trade` is the row as it was read last; it may be out of date. */
  constructor(ports: ApplyPorts, trade: Trade) {
    this.#ports = ports;
    this.#trade = trade;
  }

  /** The row as it was committed last. */
  get trade(): Trade {
    return this.#trade;
  }

  get result(): OrderActivityResult {
    return { trade: this.#trade, facts: [...this.#facts] };
  }

  /** Answers the row, and whether the fact changed it. */
  async learn(fact: Fact): Promise<Pick<Applied, 'trade' | 'isNews'>> {
    const { trade, isNews } = await applyFact(this.#ports, this.#trade.clientOrderId, fact, this.#trade);
    // An attempt that is repeated learns other things under the same keys.
    if (isNews) this.#facts.push(fact);
    if (!isOlder(trade, this.#trade)) this.#trade = trade;
    return { trade, isNews };
  }
}

/** Applies a fact to its row, and raises an alert where the decision says so. */
export async function applyFact(
  { trades, alerts }: ApplyPorts,
  clientOrderId: string,
  fact: Fact,
  known?: Trade,
): Promise<Applied> {
  const applied = await trades.apply(clientOrderId, fact, known).catch((error: unknown) => {
    if (!(error instanceof OrderIdTakenError)) throw error;
    // The exchange gave us an order that is another trade's: what it returned cannot be ours.
    const { orderId, takenBy } = error;
    const { key, at } = fact;
    return trades.apply(clientOrderId, { type: 'mismatch', key, at, orderId, fields: ['order_id'], takenBy });
  });
  if (applied.alert !== null) alerts.raise(applied.alert, applied.trade);
  return applied;
}
