/** Proofs about a Merkle tree, made from its stored subtrees and verified without them (RFC 9162, section 2.1). */
import {
  consistencyRanges,
  EMPTY_ROOT,
  hashOfRange,
  inclusionRanges,
  nodeHash,
  type HashOfNode,
} from './merkle-tree.ts';

export interface TreeHead {
  size: number;
  root: Uint8Array;
}

export function inclusionProof(index: number, size: number, hashOf: HashOfNode): Uint8Array[] {
  return inclusionRanges(index, size).map((range) => hashOfRange(range, hashOf));
}

export function consistencyProof(from: number, size: number, hashOf: HashOfNode): Uint8Array[] {
  return consistencyRanges(from, size).map((range) => hashOfRange(range, hashOf));
}

/** Leaves of the tree of one head. The paths of many have most of their hashes in common, and each is computed once. */
export class InclusionVerifier {
  readonly #head: TreeHead;
  readonly #known: Map<number, KnownNode>[] = [];
  #count = 0;

  constructor(head: TreeHead) {
    this.#head = head;
  }

  /** Whether the tree has the leaf at this index. */
  verify(leaf: { hash: Uint8Array; index: number }, path: readonly Uint8Array[]): boolean {
    const { size, root } = this.#head;
    if (!isPosition(leaf.index) || !isPosition(size) || leaf.index >= size) return false;
    let [level, index, last, hash] = [0, leaf.index, size - 1, leaf.hash];
    const climb = (): void => void ([level, index, last] = [level + 1, half(index), half(last)]);
    for (const sibling of path) {
      if (last === 0) return false;
      // The last node of a level stands for itself in those above, until it has a sibling.
      const isRight = index % 2 === 1 || index === last;
      if (isRight) while (index % 2 === 0 && index !== 0) climb();
      climb();
      hash = isRight ? this.#above(level, index, sibling, hash) : this.#above(level, index, hash, sibling);
    }
    return last === 0 && isSame(hash, root);
  }

  #above(level: number, index: number, left: Uint8Array, right: Uint8Array): Uint8Array {
    const known = this.#known[level]?.get(index);
    if (known !== undefined && isSame(known.left, left) && isSame(known.right, right)) return known.hash;
    const hash = nodeHash(left, right);
    if (this.#count === MAX_KNOWN) this.#forget();
    (this.#known[level] ??= new Map()).set(index, { left, right, hash });
    this.#count += 1;
    return hash;
  }

  #forget(): void {
    this.#known.length = 0;
    this.#count = 0;
  }
}

interface KnownNode {
  left: Uint8Array;
  right: Uint8Array;
  hash: Uint8Array;
}

/** About 20 MB. */
const MAX_KNOWN = 50_000;

/** Whether the tree of the later head begins with all leaves of the earlier one, unchanged. */
export function verifyConsistency(earlier: TreeHead, later: TreeHead, path: readonly Uint8Array[]): boolean {
  if (!isPosition(earlier.size) || !isPosition(later.size) || earlier.size > later.size) return false;
  if (earlier.size === 0) return path.length === 0 && isSame(earlier.root, EMPTY_ROOT);
  if (earlier.size === later.size) return path.length === 0 && isSame(earlier.root, later.root);
  let [index, last] = [earlier.size - 1, later.size - 1];
  while (index % 2 === 1) [index, last] = [half(index), half(last)];
  // Where the earlier tree is one complete subtree, its root is the first hash of the path, and is left out.
  const [first, ...rest] = index === 0 ? [earlier.root, ...path] : path;
  if (first === undefined) return false;
  let [earlierHash, laterHash] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (index % 2 === 1 || index === last) {
      [earlierHash, laterHash] = [nodeHash(sibling, earlierHash), nodeHash(sibling, laterHash)];
      while (index % 2 === 0 && index !== 0) [index, last] = [half(index), half(last)];
    } else {
      laterHash = nodeHash(laterHash, sibling);
    }
    [index, last] = [half(index), half(last)];
  }
  return last === 0 && isSame(earlierHash, earlier.root) && isSame(laterHash, later.root);
}

function half(position: number): number {
  return Math.floor(position / 2);
}

function isPosition(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
