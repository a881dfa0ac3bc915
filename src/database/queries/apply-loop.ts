import { decide } from '../../domain/order/decide.ts';
import type { Decision } from '../../domain/order/decision.ts';
import type { Fact } from '../../domain/order/fact.ts';
import type { Trade } from '../../domain/order/trade.ts';
import type { Applied } from '../../ports/trade-store.ts';

/** Somebody else has changed the row between the read and the write so often in a row: a defect, not a coincidence. */
const MAX_CONFLICTS = 50;

/** One trade's row, as a fact is applied to it. */
export interface RowAccess {
  /** The row, and whether a fact of this key was applied to it. */
  read(key: string): Promise<{ trade: Trade; isApplied: boolean }>;
  /** Null, and nothing is written, where the row is no longer as it was read, or has an event of the fact's key. */
  write(row: Trade, fact: Fact, decision: Decision): Promise<Trade | null>;
}

/** Reads, decides, and writes on the condition that the row is still as it was read; again where it is not. */
export async function applyTo(rows: RowAccess, fact: Fact, known?: Trade): Promise<Applied> {
  let row = known;
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
    if (row === undefined) {
      const read = await rows.read(fact.key);
      if (read.isApplied) return { trade: read.trade, isNews: false, alert: null };
      row = read.trade;
    }
    const decision = decide(row, fact);
    if (decision === null && row !== known) return { trade: row, isNews: false, alert: null };
    const trade = decision === null ? null : await rows.write(row, fact, decision);
    if (decision !== null && trade !== null) return { trade, isNews: true, alert: decision.alert };
    // What the caller knew is out of date, or another writer came first: the row is read again.
    row = undefined;
  }
  throw new Error(`a trade changed ${MAX_CONFLICTS} times while the fact ${fact.key} was applied to it`);
}
