/** The transparency log as it is stored: its tree, its leaves beside their rows, and how long rows wait for theirs. */
import type { EntityManager } from '@mikro-orm/postgresql';
import {
  LogIncompleteError,
  type LeafKind,
  type LoggedLeaf,
  type LoggedRow,
  type MovedLeaves,
  type LogRow,
  type StoredTree,
  type TreeNode,
} from '../../ports/transparency-log.ts';
import { jsonText, storable } from '../columns/storable.ts';
import { columnsOf, lastPlace, passedIn, readLogRow, selected, SOURCES } from './log-rows.ts';
import { placeholders } from './plain-row.ts';

/** Few enough for any statement's time. */
const ROWS_A_PART = 5_000;

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

/** Of each row the leaf is looked for by itself: joined, all leaves might be read. */
export async function rowsOf(em: EntityManager, clientOrderIds: readonly string[]): Promise<LoggedRow[]> {
  if (clientOrderIds.length === 0) return [];
  const found: LoggedRow[] = [];
  for (const source of SOURCES) {
    const columns = columnsOf(em, source);
    const { clientOrderId: name, join } = source.order;
    const rows = await em.execute<LeafColumns[]>(
      `select ${selected(columns)}, ${name} as order_name, l.index as leaf_index, l.hash as leaf_hash
       from ${source.table} r ${join}
       left join lateral (select index, hash from log_leaves where kind = ? and ref = r.${source.ref}::text limit 1) l on true
       where ${name} in (${placeholders(clientOrderIds)}) order by r.id`,
      [source.kind, ...clientOrderIds.map(storable)],
    );
    for (const row of rows) {
      const { order_name: clientOrderId, leaf_index: index, leaf_hash: hash } = row;
      const leaf = index === null ? null : { index: Number(index), hash: hash as Uint8Array };
      const { kind, columns: values } = readLogRow(source.kind, columns, row);
      found.push({ clientOrderId, kind, columns: values, leaf });
    }
  }
  return found;
}

interface LeafColumns extends Record<string, unknown> {
  order_name: string;
  leaf_index: string | null;
  leaf_hash: Buffer | null;
}

/** In their order, each beside its row. */
export async function leavesFrom(em: EntityManager, from: number, limit: number): Promise<LoggedLeaf[]> {
  const leaves = await em.execute<{ index: string; kind: LeafKind; ref: string; hash: Buffer; row_id: string }[]>(
    'select index, kind, ref, hash, row_id from log_leaves where index >= ? order by index limit ?',
    [from, limit],
  );
  const rows = new Map<string, LogRow>();
  for (const source of SOURCES) {
    const columns = columnsOf(em, source);
    const ids = leaves.filter(({ kind }) => kind === source.kind).map(({ row_id }) => row_id);
    if (ids.length === 0) continue;
    const found = await em.execute<Record<string, unknown>[]>(
      `select ${selected(columns)} from ${source.table} r where r.id in (${placeholders(ids)})`,
      ids,
    );
    for (const row of found) {
      const { kind, columns: values, place } = readLogRow(source.kind, columns, row);
      rows.set(`${kind}/${place.id}`, { kind, columns: values });
    }
  }
  return leaves.map(({ index, kind, ref, hash, row_id }) => ({
    index: Number(index),
    kind,
    ref,
    hash,
    row: rows.get(`${kind}/${row_id}`) ?? null,
  }));
}

export async function movedLeaves(em: EntityManager, from: string | null): Promise<MovedLeaves> {
  const rows = await em.execute<{ id: string; leaves: number[] }[]>(
    `select id, leaves from moved_orders where id > ?::bigint order by id limit ${ROWS_A_PART}`,
    [from ?? '0'],
  );
  return { indexes: rows.flatMap(({ leaves }) => leaves), next: rows.at(-1)?.id ?? null };
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
    const until = [last.writtenIn, passedIn(source, last)];
    for (let from: string[] | null = ['0', '0']; from !== null && found.length < limit;) {
      const part: UnloggedPart = await unloggedPart(em, source, from, until);
      found.push(...part.unlogged.map((ref) => ({ kind: source.kind, ref })));
      from = part.last;
    }
  }
  return found.slice(0, limit);
}

interface UnloggedPart {
  unlogged: string[];
  /** Null when there are no more rows. */
  last: string[] | null;
}

/** Of each row the leaf is looked for by itself: joined, all leaves might be read for each part. */
async function unloggedPart(
  em: EntityManager,
  { kind, table, ref }: (typeof SOURCES)[number],
  from: string[],
  until: string[],
): Promise<UnloggedPart> {
  const [part] = await em.execute<UnloggedPart[]>(
    `with part as materialized (
       select r.${ref}::text as ref, r.written_in, r.id from ${table} r
       where (r.written_in, r.id) > (?::xid8, ?::bigint) and (r.written_in, r.id) <= (?::xid8, ?::bigint)
       order by r.written_in, r.id limit ${ROWS_A_PART}
     )
     select array(
         select p.ref from part p
         where not exists (select from log_leaves l where l.kind = ? and l.ref = p.ref offset 0) order by p.id
       ) as unlogged,
       (select array[p.written_in::text, p.id::text] from part p order by p.written_in desc, p.id desc limit 1) as last`,
    [...from, ...until, kind],
  );
  return part ?? { unlogged: [], last: null };
}
