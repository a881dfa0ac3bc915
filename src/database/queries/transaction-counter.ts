/** PostgreSQL's counter of transactions, and the rows that were written by transactions which are still to come. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { SOURCES } from './log-rows.ts';

/** A second or less: well within the time that a statement may take. */
const BATCH = 20_000;

/** Unqualified, the order would be that of the column as text. */
const NEWEST = SOURCES.map(
  ({ table }) => `(select r.written_in::text from ${table} r order by r.written_in desc, r.id desc limit 1)`,
);

export interface TransactionCounter {
  /** What no transaction that is seen can have reached. */
  next: bigint;
  /** Below it all transactions have ended. */
  horizon: string;
  /** The latest of which there are rows; null without any. */
  newest: bigint | null;
}

/** One statement, so that no transaction that it sees can be later than `next`. */
export async function readTransactionCounter(em: EntityManager): Promise<TransactionCounter> {
  const [row] = await em.execute<{ horizon: string; next: string; newest: (string | null)[] }[]>(
    `select pg_snapshot_xmin(s)::text as horizon, pg_snapshot_xmax(s)::text as next, array[${NEWEST.join(', ')}] as newest
     from pg_current_snapshot() s`,
  );
  const { horizon = '0', next = '0', newest = [] } = row ?? {};
  const known = newest.filter((writtenIn) => writtenIn !== null).map(BigInt);
  const latest = known.reduce<bigint | null>((last, each) => (last === null || each > last ? each : last), null);
  return { next: BigInt(next), horizon, newest: latest };
}

/** By how many transactions the counter has to continue before no row lies ahead of it. */
export async function transactionsAhead(em: EntityManager): Promise<number> {
  const { next, newest } = await readTransactionCounter(em);
  return newest === null || newest < next ? 0 : Number(newest - next) + 1;
}

/** Begins and ends transactions that write nothing, at most so many. Not within a transaction. */
export async function passTransactions(em: EntityManager, most: number): Promise<void> {
  const count = Math.min(most, BATCH);
  await em.execute(`do $$ begin for passed in 1..${count} loop perform pg_current_xact_id(); commit; end loop; end $$`);
}
