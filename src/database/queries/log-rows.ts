/** The rows that have leaves in the transparency log, as their tables have them. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { LeafKind, LogRow } from '../../ports/transparency-log.ts';

/** A row's place in the order of commit. */
export interface RowPlace {
  kind: LeafKind;
  writtenIn: string;
  id: string;
}

export interface PlacedRow extends LogRow {
  place: RowPlace;
}

interface Source {
  kind: LeafKind;
  table: string;
  /** The column that names a row in `log_leaves`. */
  ref: string;
  /** When the row was written. */
  time: string;
  /** Whose a row of the table `r` is. */
  order: { clientOrderId: string; join: string };
}

const NAMED = { clientOrderId: 'r.client_order_id', join: '' };
const BY_EXCHANGE_ID = { clientOrderId: 't.client_order_id', join: 'join trades t on t.order_id = r.order_id' };

/** Within one transaction in this order. */
export const SOURCES: readonly Source[] = [
  { kind: 'event', table: 'order_events', ref: 'id', time: 'at', order: NAMED },
  {
    kind: 'fill',
    table: 'fills',
    ref: 'entry_id',
    time: 'recorded_at',
    order: BY_EXCHANGE_ID,
  },
  {
    kind: 'archive',
    table: 'workflow_histories',
    ref: 'run_id',
    time: 'archived_at',
    order: NAMED,
  },
  {
    kind: 'deletion',
    table: 'archive_deletions',
    ref: 'id',
    time: 'deleted_at',
    order: NAMED,
  },
  { kind: 'move', table: 'moved_orders', ref: 'id', time: 'moved_at', order: NAMED },
];

/** The place of a row is not part of its leaf, and a history is there by its hash. */
const LEFT_OUT = ['written_in', 'history'];

/** A column under its own name, and as the domain has it. */
export interface LogColumn {
  name: string;
  read(stored: unknown): unknown;
}

export function columnsOf(em: EntityManager, { table }: Source): LogColumn[] {
  const platform = em.getPlatform();
  const entities = [...em.getMetadata().getAll().values()];
  const columns = entities.find(({ tableName }) => tableName === table)?.props ?? [];
  return columns
    .map(({ name, fieldNames: [column = name], customType }) => ({
      name: column,
      read: (stored: unknown) =>
        stored === null || customType === undefined ? stored : customType.convertToJSValue(stored, platform),
    }))
    .filter(({ name }) => !LEFT_OUT.includes(name));
}

/** Of the table `r`, with the row's place beside its columns. */
export function selected(columns: readonly LogColumn[]): string {
  return [...columns.map(({ name }) => `r.${name}`), 'r.written_in as place_written_in', 'r.id as place_id'].join(', ');
}

export function readLogRow(kind: LeafKind, columns: readonly LogColumn[], row: Record<string, unknown>): PlacedRow {
  return {
    kind,
    columns: Object.fromEntries(columns.map(({ name, read }) => [name, read(row[name])])),
    place: { kind, writtenIn: String(row['place_written_in']), id: String(row['place_id']) },
  };
}

/** Of the row of the last leaf. */
export async function lastPlace(em: EntityManager): Promise<RowPlace> {
  const [last] = await em.execute<{ kind: LeafKind; written_in: string; row_id: string }[]>(
    'select kind, written_in, row_id from log_leaves order by index desc limit 1',
  );
  if (last === undefined) return { kind: 'event', writtenIn: '0', id: '0' };
  return { kind: last.kind, writtenIn: last.written_in, id: String(last.row_id) };
}

/** Up to which id the rows of the last leaf's own transaction were passed: all of an earlier kind, none of a later one. */
export function passedIn({ kind }: Pick<Source, 'kind'>, last: RowPlace): string {
  if (kind === last.kind) return last.id;
  return rankOf(kind) < rankOf(last.kind) ? '9223372036854775807' : '0';
}

export function rankOf(kind: LeafKind): number {
  return SOURCES.findIndex((source) => source.kind === kind);
}
