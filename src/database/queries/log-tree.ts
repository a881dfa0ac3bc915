/** The transparency log as it is stored: its tree, its leaves beside their rows, and how long rows wait for theirs. */
import type { EntityManager } from '@mikro-orm/postgresql';
import {
  LogIncompleteError,
  type LeafKind,
  type LoggedLeaf,
  type LoggedRow,
  type LogRow,
  type StoredTree,
  type TreeNode,
} from '../../ports/transparency-log.ts';
import { jsonText, storable } from '../columns/storable.ts';
import { columnsOf, lastPlace, passedIn, readLogRow, selected, SOURCES } from './log-rows.ts';

export async function storedTree(em: EntityManager): Promise<StoredTree> {
  const [row] = await em.execute<{ leaves: string }[]>('select coalesce(max(index) + 1, 0) as leaves from log_leaves');
  return { size: Number(row?.leaves), hashesOf: (nodes) => hashesOf(em, nodes) };
}

async function hashesOf(em: EntityManager, nodes: readonly TreeNode[]): Promise<Uint8Array[]> {
  if (nodes.length === 0) return [];
  const rows = await em.execute<{ level: number; index: string; hash: Buffer | null }[]>(
    `select w.level, w.index, coalesce(n.hash, l.hash) as hash
     from json_to_recordset(?::json) as w (place integer, level integer, index bigint)
     left join log_nodes n on n.level = w.level and n.index = w.index
     left join log_leaves l on w.level = 0 and l.index = w.index
     order by w.place`,
    [jsonText(nodes.map(({ level, index }, place) => ({ place, level, index })))],
  );
  return rows.map(({ level, index, hash }) => {
    if (hash === null) throw new LogIncompleteError(`the log lacks its subtree ${index} of level ${level}`);
    return hash;
  });
}

export async function rowsOf(em: EntityManager, clientOrderId: string): Promise<LoggedRow[]> {
  const found: LoggedRow[] = [];
  for (const source of SOURCES) {
    const columns = columnsOf(em, source);
    const rows = await em.execute<LeafColumns[]>(
      `select ${selected(columns)}, l.index as leaf_index, l.hash as leaf_hash from ${source.table} r
       left join log_leaves l on l.kind = ? and l.ref = r.${source.ref}::text
       where ${source.ofOrder} order by r.id`,
      [source.kind, storable(clientOrderId)],
    );
    for (const row of rows) {
      const { leaf_index: index, leaf_hash: hash } = row;
      const leaf = index === null ? null : { index: Number(index), hash: hash as Uint8Array };
      const { kind, columns: values } = readLogRow(source.kind, columns, row);
      found.push({ kind, columns: values, leaf });
    }
  }
  return found;
}

interface LeafColumns extends Record<string, unknown> {
  leaf_index: string | null;
  leaf_hash: Buffer | null;
}

/** In their order, each beside its row. */
export async function leavesFrom(em: EntityManager, from: number, limit: number): Promise<LoggedLeaf[]> {
  const leaves = await em.execute<{ index: string; kind: LeafKind; ref: string; hash: Buffer }[]>(
    'select index, kind, ref, hash from log_leaves where index >= ? order by index limit ?',
    [from, limit],
  );
  const rows = new Map<string, LogRow>();
  for (const source of SOURCES) {
    const columns = columnsOf(em, source);
    const found = await em.execute<Record<string, unknown>[]>(
      `select ${selected(columns)}, l.ref as leaf_ref from log_leaves l
       join ${source.table} r on r.id = l.row_id
       where l.kind = ? and l.index >= ? order by l.index limit ?`,
      [source.kind, from, limit],
    );
    for (const row of found) {
      const { kind, columns: values } = readLogRow(source.kind, columns, row);
      rows.set(`${source.kind}/${String(row['leaf_ref'])}`, { kind, columns: values });
    }
  }
  return leaves.map(({ index, kind, ref, hash }) => ({
    index: Number(index),
    kind,
    ref,
    hash,
    row: rows.get(`${kind}/${ref}`) ?? null,
  }));
}

/** By the first row of each kind behind the last leaf. */
export async function waitingSeconds(em: EntityManager): Promise<number> {
  const last = await lastPlace(em);
  const firsts = SOURCES.map(
    ({ table, time }) => `(select ${time} as since from ${table} r
      where (r.written_in, r.id) > (?::xid8, ?::bigint) order by r.written_in, r.id limit 1)`,
  );
  const [row] = await em.execute<{ seconds: number }[]>(
    `select coalesce(extract(epoch from clock_timestamp() - min(since)), 0)::double precision as seconds
     from (${firsts.join(' union all ')}) w`,
    SOURCES.flatMap((source) => [last.writtenIn, passedIn(source, last)]),
  );
  return Math.max(0, row?.seconds ?? 0);
}

/** Rows that stand before the last leaf in the order of commit and have none: nobody who wrote in that order wrote them. */
export async function unloggedRows(em: EntityManager, limit: number): Promise<{ kind: LeafKind; ref: string }[]> {
  const last = await lastPlace(em);
  const found: { kind: LeafKind; ref: string }[] = [];
  for (const source of SOURCES) {
    const rows = await em.execute<{ ref: string }[]>(
      `select r.${source.ref}::text as ref from ${source.table} r
       where (r.written_in, r.id) <= (?::xid8, ?::bigint)
         and not exists (select from log_leaves l where l.kind = ? and l.ref = r.${source.ref}::text)
       order by r.id limit ?`,
      [last.writtenIn, passedIn(source, last), source.kind, limit],
    );
    found.push(...rows.map(({ ref }) => ({ kind: source.kind, ref })));
  }
  return found.slice(0, limit);
}
