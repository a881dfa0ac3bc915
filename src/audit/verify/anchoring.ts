/** Which of an order's rows the signed head of the transparency log vouches for. */
import { hashOfLeaf, refOf, type Leaf } from '../log/leaf.ts';
import type { InclusionVerifier } from '../log/merkle-proof.ts';
import type { Evidence } from './evidence.ts';

export interface Anchoring {
  /** Rows that the head proves, and where in the log they are; null where it proves none. */
  anchored: { rows: number; first: number; last: number } | null;
  /** Rows that it does not know, each by its kind and name. They may be true: nobody but this evidence says so. */
  unanchored: string[];
  differences: string[];
}

/** @param log - Of the signed head; null where there is none. */
export function anchoring({ trade, leaves }: Evidence, log: InclusionVerifier | null): Anchoring {
  const indexes: number[] = [];
  const unanchored: string[] = [];
  const differences: string[] = [];
  for (const { leaf, proof } of leaves) {
    if (!isOfOrder(leaf, trade)) differences.push(`${nameOf(leaf)} is that of another order`);
    if (log === null || proof === null) {
      unanchored.push(`${leaf.kind} ${refOf(leaf)}`);
    } else if (log.verify({ hash: hashOfLeaf(leaf), index: proof.index }, proof.path)) {
      indexes.push(proof.index);
    } else {
      differences.push(`${nameOf(leaf)} is not what the log has as leaf ${proof.index}`);
    }
  }
  differences.push(...skipped(leaves));
  const repeated = indexes.find((index, place) => indexes.indexOf(index) !== place);
  if (repeated !== undefined) differences.push(`leaf ${repeated} of the log is there twice`);
  const anchored =
    indexes.length === 0 ? null : { rows: indexes.length, first: Math.min(...indexes), last: Math.max(...indexes) };
  return { anchored, unanchored, differences };
}

/** The log takes rows in the order of commit: one that was there before the run was archived has its leaf before that one. */
function skipped(leaves: Evidence['leaves']): string[] {
  const archivedAt = leaves.flatMap(({ leaf, proof }) =>
    leaf.kind === 'archive' && proof !== null ? [Date.parse(String(leaf['archived_at']))] : [],
  );
  const isBefore = (leaf: Leaf) => archivedAt.some((time) => Date.parse(String(leaf['at'])) < time);
  return leaves
    .filter(({ leaf, proof }) => leaf.kind === 'event' && proof === null && isBefore(leaf))
    .map(({ leaf }) => `${nameOf(leaf)} is not in the log, which has what was written after it`);
}

/** Fills name the exchange's order; a trade that turned out to be another's has lost its id. */
function isOfOrder(leaf: Leaf, { clientOrderId, orderId }: Evidence['trade']): boolean {
  if (leaf.kind === 'fill') return orderId === null || leaf['order_id'] === orderId;
  return leaf['client_order_id'] === clientOrderId;
}

function nameOf(leaf: Leaf): string {
  const cause = leaf.kind === 'event' ? ` (${String(leaf['cause'])} of ${String(leaf['at'])})` : '';
  return `${leaf.kind} ${refOf(leaf)}${cause}`;
}
