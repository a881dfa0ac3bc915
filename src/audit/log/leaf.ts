/** What stands in the log: the canonical bytes of a row, which anyone who has the row can make again. */
import { Big } from 'big.js';
import canonicalize from 'canonicalize';
import type { LeafKind, LogRow } from '../../ports/transparency-log.ts';
import { leafHash } from './merkle-tree.ts';

/** The row's columns, under their names in the database. */
export interface Leaf {
  kind: LeafKind;
  [column: string]: unknown;
}

interface Form {
  /** The column that names the row among those of its kind. */
  ref: string;
  times: readonly string[];
  decimals: readonly string[];
}

/** How a table's columns are written; those that are not named here stand as they are. */
const FORMS: Record<LeafKind, Form> = {
  event: { ref: 'id', times: ['at'], decimals: [] },
  fill: {
    ref: 'entry_id',
    times: ['trade_time', 'sequence_timestamp', 'recorded_at'],
    decimals: ['price', 'size', 'commission'],
  },
  archive: { ref: 'run_id', times: ['started_at', 'closed_at', 'archived_at'], decimals: [] },
  deletion: { ref: 'id', times: ['closed_at', 'archived_at', 'deleted_at'], decimals: [] },
  move: { ref: 'id', times: ['moved_at'], decimals: [] },
};

/** @param columns - As `LogRow` has them. */
export function leafOf(kind: LeafKind, columns: LogRow['columns']): Leaf {
  const { times, decimals } = FORMS[kind];
  const fields = Object.entries(columns).map(([name, value]) => {
    if (typeof value !== 'string') return [name, value];
    return [name, times.includes(name) ? microseconds(value) : decimals.includes(name) ? plainDecimal(value) : value];
  });
  return { kind, ...Object.fromEntries(fields) };
}

export function leafBytes(leaf: Leaf): Uint8Array {
  return canonicalJson(leaf);
}

/**
 * The same bytes for the same value, in whatever order its keys come (RFC 8785). Throws for what is not a JSON value, and
 * for an unpaired surrogate, which UTF-8 cannot hold.
 */
export function canonicalJson(value: unknown): Uint8Array {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError(`not a JSON value: ${typeof value}`);
  return Buffer.from(text, 'utf8');
}

export function hashOfLeaf(leaf: Leaf): Uint8Array {
  return leafHash(leafBytes(leaf));
}

/** Names the leaf among those of its kind: an event's id, a fill's `entry_id`, a history's run. */
export function refOf(leaf: Leaf): string {
  return String(leaf[FORMS[leaf.kind].ref]);
}

const TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?Z$/;

function microseconds(time: string): string {
  const [, seconds, fraction = ''] = TIME.exec(time) ?? [];
  if (seconds === undefined) throw new TypeError(`not a time in UTC with at most microseconds: ${time}`);
  return `${seconds}.${fraction.padEnd(6, '0')}Z`;
}

/** Without an exponent, and without zeros that say nothing: the database keeps as many as it was given. */
function plainDecimal(value: string): string {
  return new Big(value).toFixed();
}
