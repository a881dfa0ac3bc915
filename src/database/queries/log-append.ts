/** Appends to the transparency log, in the order of commit and one process at a time. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { LogBehindTransactionsError, type Growth, type LogRow, type StoredTree } from '../../ports/transparency-log.ts';
import { jsonText } from '../columns/storable.ts';
import {
  columnsOf,
  lastPlace,
  passedIn,
  rankOf,
  readLogRow,
  selected,
  SOURCES,
  type PlacedRow,
  type RowPlace,
} from './log-rows.ts';
import { storedTree } from './log-tree.ts';
import { readTransactionCounter } from './transaction-counter.ts';

/** Any number that no other program takes for an advisory lock in the same database: "ordersly" in ASCII. */
const LOG_LOCK = '8030591472429656185';

export async function appendToLog(
  em: EntityManager,
  limit: number,
  extend: (tree: StoredTree, rows: readonly LogRow[]) => Promise<Growth>,
): Promise<{ appended: number } | null> {
  const [lock] = await em.execute<{ taken: boolean }[]>('select pg_try_advisory_xact_lock(?::bigint) as taken', [
    LOG_LOCK,
  ]);
  if (lock?.taken !== true) return null;
  const rows = await waitingRows(em, limit);
  if (rows.length === 0) return { appended: 0 };
  const tree = await storedTree(em);
  await insert(em, tree.size, rows, await extend(tree, rows));
  return { appended: rows.length };
}

/**
 * `pg_snapshot_xmin` is the oldest transaction that still runs: all below it have ended, so no row can turn up before a place
 * that was passed. It is read before the rows are, so that they are seen whole.
 */
async function waitingRows(em: EntityManager, limit: number): Promise<PlacedRow[]> {
  const horizon = await readHorizon(em);
  const last = await lastPlace(em);
  const found: PlacedRow[] = [];
  for (const source of SOURCES) {
    const columns = columnsOf(em, source);
    const rows = await em.execute<Record<string, unknown>[]>(
      `select ${selected(columns)} from ${source.table} r
       where (r.written_in, r.id) > (?::xid8, ?::bigint) and r.written_in < ?::xid8
       order by r.written_in, r.id limit ?`,
      [last.writtenIn, passedIn(source, last), horizon, limit],
    );
    found.push(...rows.map((row) => readLogRow(source.kind, columns, row)));
  }
  return found.toSorted((a, b) => compare(a.place, b.place)).slice(0, limit);
}

async function readHorizon(em: EntityManager): Promise<string> {
  const { horizon, next, newest } = await readTransactionCounter(em);
  if (newest === null || newest < next) return horizon;
  throw new LogBehindTransactionsError(
    `there are rows of transaction ${newest}, but PostgreSQL is only at ${next}: the database was restored into another server; run \`order-sync after-restore\``,
  );
}

async function insert(em: EntityManager, size: number, rows: readonly PlacedRow[], growth: Growth): Promise<void> {
  const leaves = growth.leaves.map(({ ref, hash }, index) => {
    const { kind, writtenIn, id } = (rows[index] as PlacedRow).place;
    return { index: size + index, kind, ref, hash: hex(hash), written_in: writtenIn, row_id: id };
  });
  const nodes = growth.nodes.map(({ level, index, hash }) => ({ level, index, hash: hex(hash) }));
  await em.execute(
    `with leaves as (
       insert into log_leaves (index, kind, ref, hash, written_in, row_id)
       select index, kind, ref, decode(hash, 'hex'), written_in::xid8, row_id
       from json_to_recordset(?::json)
         as l (index bigint, kind text, ref text, hash text, written_in text, row_id bigint)
     )
     insert into log_nodes (level, index, hash)
     select level, index, decode(hash, 'hex') from json_to_recordset(?::json) as n (level integer, index bigint, hash text)`,
    [jsonText(leaves), jsonText(nodes)],
  );
}

function compare(a: RowPlace, b: RowPlace): number {
  const [inA, inB] = [BigInt(a.writtenIn), BigInt(b.writtenIn)];
  if (inA !== inB) return inA < inB ? -1 : 1;
  if (a.kind !== b.kind) return rankOf(a.kind) - rankOf(b.kind);
  return BigInt(a.id) < BigInt(b.id) ? -1 : 1;
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex');
}
