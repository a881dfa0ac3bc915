/** What the stored log can prove of itself: that rows of an order are in it, and that it only grew. */
import type { LeafKind, StoredTree, TransparencyLog } from '../../ports/transparency-log.ts';
import { hashesWithin } from './grow-tree.ts';
import { leafOf, refOf, type Leaf } from './leaf.ts';
import { consistencyProof, inclusionProof, verifyConsistency, type TreeHead } from './merkle-proof.ts';
import { consistencyRanges, hashOfRange, inclusionRanges } from './merkle-tree.ts';

export interface ProvedLeaf {
  clientOrderId: string;
  kind: LeafKind;
  ref: string;
  leaf: Leaf;
  /** Null where the row has no leaf among the first `size`: then the log proves nothing of it. */
  proof: { index: number; path: Uint8Array[] } | null;
}

/** The root of the first `size` leaves. Rejects with LogIncompleteError where a part of the tree is missing. */
export async function rootOf(tree: StoredTree, size: number): Promise<Uint8Array> {
  const whole = { start: 0, end: size };
  return hashOfRange(whole, await hashesWithin(tree, [whole]));
}

/** The leaves of the orders against the tree of the first `size`; of other orders they show nothing but hashes. */
export async function proveOrders(
  log: TransparencyLog,
  clientOrderIds: readonly string[],
  size: number,
): Promise<ProvedLeaf[]> {
  const rows = await log.rowsOf(...clientOrderIds);
  const tree = await log.tree();
  const indexes = rows.flatMap(({ leaf }) => (leaf !== null && leaf.index < size ? [leaf.index] : []));
  const hashOf = await hashesWithin(
    tree,
    indexes.flatMap((index) => inclusionRanges(index, size)),
  );
  return rows.map(({ clientOrderId, kind, columns, leaf: stored }) => {
    const leaf = leafOf(kind, columns);
    const index = stored !== null && stored.index < size ? stored.index : null;
    const proof = index === null ? null : { index, path: inclusionProof(index, size, hashOf) };
    return { clientOrderId, kind, ref: refOf(leaf), leaf, proof };
  });
}

export async function proveConsistency(tree: StoredTree, from: number, size: number): Promise<Uint8Array[]> {
  return consistencyProof(from, size, await hashesWithin(tree, consistencyRanges(from, size)));
}

/** Why the stored tree cannot be one that has grown from this head; null where it can. */
export async function contradictionWith(tree: StoredTree, head: TreeHead): Promise<string | null> {
  if (tree.size < head.size) return `it has ${tree.size} leaves, and had ${head.size}`;
  const root = await rootOf(tree, tree.size);
  const path = await proveConsistency(tree, head.size, tree.size);
  if (verifyConsistency(head, { size: tree.size, root }, path)) return null;
  return `its first ${head.size} leaves are not those that were signed`;
}
