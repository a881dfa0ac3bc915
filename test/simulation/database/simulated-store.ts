/** The database in memory: one trade with its events and fills. Each method is a statement, and happens at once. */
import type { Decision } from '../../../src/domain/order/decision.ts';
import type { Fill } from '../../../src/domain/order/exchange-order.ts';
import type { Fact } from '../../../src/domain/order/fact.ts';
import type { OrderIntent } from '../../../src/domain/order/order-request.ts';
import { isEnded, stateOf, type Trade } from '../../../src/domain/order/trade.ts';
import type { TrackedTrade } from '../../../src/domain/order/trade.ts';
import { UNPLACED } from '../../../src/domain/order/unplaced.ts';
import { TradeNotFoundError } from '../../../src/ports/trade-store-error.ts';
import type { IntentOptions, PostPermit, StoredEvent } from '../../../src/ports/trade-store.ts';
import type { Process } from '../scheduler.ts';
import type { Invariants } from '../invariants.ts';
import type { Surroundings } from '../surroundings.ts';

export class SimulatedStore {
  readonly process: Process;
  readonly #surroundings: Surroundings;
  readonly #invariants: Invariants;
  row: Trade | null = null;
  readonly fills = new Map<string, Fill>();
  readonly events: StoredEvent[] = [];
  readonly #keys = new Set<string>();
  #lastMicros = 0;

  constructor(surroundings: Surroundings, invariants: Invariants) {
    this.#surroundings = surroundings;
    this.#invariants = invariants;
    this.process = surroundings.process('the database');
    invariants.databaseSkewMs = this.process.skewMs;
  }

  get nowMs(): number {
    return this.#surroundings.nowMs + this.process.skewMs;
  }

  insertIntent(intent: OrderIntent, { requestedAt, attempt }: IntentOptions) {
    if (this.row !== null) return { trade: this.row, inserted: false };
    const createdMs = Math.min(this.nowMs, Date.parse(requestedAt));
    const isAttempted = attempt && this.nowMs <= createdMs + intent.policy.placeForMs;
    const trade: Trade = {
      ...UNPLACED,
      ...intent,
      postAttempts: isAttempted ? 1 : 0,
      postAttemptedAt: isAttempted ? text(this.nowMs) : null,
      createdAt: text(createdMs),
      updatedAt: this.#nextUpdatedAt(),
    };
    this.#commit(trade, { cause: 'intent', source: 'bot' });
    return { trade, inserted: true };
  }

  beginPostAttempt(): PostPermit {
    const row = this.#mustHave();
    if (isEnded(row.status) || row.orderId !== null) return { kind: 'settled', trade: row };
    if (this.nowMs > Date.parse(row.createdAt) + row.policy.placeForMs) return { kind: 'window-closed', trade: row };
    const trade = {
      ...row,
      postAttempts: row.postAttempts + 1,
      postAttemptedAt: text(this.nowMs),
      updatedAt: this.#nextUpdatedAt(),
    };
    this.#commit(trade, { cause: 'post_attempt', source: 'post' });
    return { kind: 'granted', trade };
  }

  read(key: string): { trade: Trade; isApplied: boolean } {
    return { trade: { ...this.#mustHave() }, isApplied: this.#keys.has(key) };
  }

  write(row: Trade, fact: Fact, decision: Decision): Trade | null {
    if (this.#mustHave().updatedAt !== row.updatedAt || this.#keys.has(fact.key)) return null;
    this.#keys.add(fact.key);
    const trade = { ...decision.trade, updatedAt: this.#nextUpdatedAt() };
    this.#commit(trade, decision, fact.key);
    return trade;
  }

  /** Answers the ids of the orders that have new fills. */
  recordFills(fills: readonly Fill[]): string[] {
    const filled = new Set<string>();
    for (const fill of fills) {
      if (this.fills.has(fill.entryId) || this.row?.orderId !== fill.orderId) continue;
      this.fills.set(fill.entryId, fill);
      filled.add(fill.orderId);
    }
    return [...filled];
  }

  open(): TrackedTrade[] {
    return this.row === null || isEnded(this.row.status) ? [] : [this.row];
  }

  endedWithoutFills(): Trade[] {
    const { row } = this;
    return row !== null && isEnded(row.status) && row.orderId !== null && !row.fillsComplete ? [row] : [];
  }

  #commit(
    trade: Trade,
    decision: Pick<Decision, 'cause' | 'source'> & Partial<Decision>,
    factKey: string | null = null,
  ): void {
    const before = this.row;
    const { cause, source, requester, evidence = null } = decision;
    this.row = trade;
    this.#surroundings.trace(() => `the row is ${trade.status} (${cause} by ${source}), filled ${trade.filledSize}`);
    this.events.push({
      at: trade.updatedAt,
      fromStatus: before?.status ?? null,
      toStatus: trade.status,
      state: stateOf(trade),
      cause,
      source,
      requestedBy: requester?.requestedBy ?? null,
      sentBy: requester?.sentBy ?? null,
      reason: requester?.reason ?? null,
      evidence,
      factKey,
    });
    this.#invariants.committed(before, trade, cause);
  }

  #mustHave(): Trade {
    if (this.row === null) throw new TradeNotFoundError(this.#surroundings.scenario.clientOrderId);
    return this.row;
  }

  /** Later than the one before, in microseconds, like the database's. */
  #nextUpdatedAt(): string {
    this.#lastMicros = Math.max(this.nowMs * 1_000, this.#lastMicros + 1);
    const micros = String(this.#lastMicros % 1_000).padStart(3, '0');
    return `${text(Math.floor(this.#lastMicros / 1_000)).slice(0, -1)}${micros}Z`;
  }
}

function text(ms: number): string {
  return new Date(ms).toISOString();
}
