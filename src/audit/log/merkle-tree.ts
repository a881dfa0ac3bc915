/**
 * The Merkle tree of RFC 6962, section 2.1: its hashes, and of which complete subtrees a root or a proof is made. Those never
 * change while the tree grows, so each is stored once. Positions are whole numbers, not bit fields: they may exceed 2^31.
 */
import { hash as digest } from 'node:crypto';
import type { HashedNode, TreeNode } from '../../ports/transparency-log.ts';

/** The leaves from `start` to before `end`. */
export interface LeafRange {
  start: number;
  end: number;
}

export type HashOfNode = (node: TreeNode) => Uint8Array;

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The root of the tree without a leaf. */
export const EMPTY_ROOT: Uint8Array = sha256();

export function leafHash(leaf: Uint8Array): Uint8Array {
  return sha256(LEAF, leaf);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(NODE, left, right);
}

/** The ranges whose hashes prove that the leaf `index` is in the tree of `size` leaves: the lowest first. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  assertWithin(index, size - 1);
  const ranges: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = middleOf(start, end);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.toReversed();
}

/** The ranges whose hashes prove that the tree of `size` leaves begins with that of `from`: the lowest first. */
export function consistencyRanges(from: number, size: number): LeafRange[] {
  assertWithin(from, size);
  if (from === 0) return [];
  const ranges: LeafRange[] = [];
  let [start, end] = [0, size];
  while (from !== end) {
    const middle = middleOf(start, end);
    if (from <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  if (start > 0) ranges.push({ start, end });
  return ranges.toReversed();
}

/** From left to right, the largest first. The range must be one that the tree is divided into, as those above are. */
export function subtreesOf({ start, end }: LeafRange): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let from = start; from < end;) {
    let [width, level] = [1, 0];
    while (width * 2 <= end - from) [width, level] = [width * 2, level + 1];
    nodes.push({ level, index: from / width });
    from += width;
  }
  return nodes;
}

/** The root of a tree of `size` leaves is the hash of the range from 0 to `size`. */
export function hashOfRange(range: LeafRange, hashOf: HashOfNode): Uint8Array {
  return joined(subtreesOf(range).map(hashOf));
}

/** The right edge of a growing tree: all that is needed to append to it, and to compute its root. */
export class TreeEdge {
  #size: number;
  /** Of the complete subtrees that the tree is made of, the largest first. */
  readonly #hashes: Uint8Array[];

  constructor(size: number, hashOf: HashOfNode) {
    this.#size = size;
    this.#hashes = subtreesOf({ start: 0, end: size }).map(hashOf);
  }

  get size(): number {
    return this.#size;
  }

  root(): Uint8Array {
    return joined(this.#hashes);
  }

  /** The subtrees that the leaf completes: itself first. */
  append(hash: Uint8Array): HashedNode[] {
    const completed: HashedNode[] = [{ level: 0, index: this.#size, hash }];
    for (let [level, index, current] = [0, this.#size, hash]; index % 2 === 1;) {
      current = nodeHash(this.#hashes.pop() ?? EMPTY_ROOT, current);
      [level, index] = [level + 1, (index - 1) / 2];
      completed.push({ level, index, hash: current });
    }
    this.#hashes.push(completed.at(-1)?.hash ?? hash);
    this.#size += 1;
    return completed;
  }
}

function joined(hashes: readonly Uint8Array[]): Uint8Array {
  return hashes.length === 0 ? EMPTY_ROOT : hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** The left subtree is the largest complete one that is not the whole. */
function middleOf(start: number, end: number): number {
  let width = 1;
  while (width * 2 < end - start) width *= 2;
  return start + width;
}

function assertWithin(position: number, most: number): void {
  if (Number.isSafeInteger(position) && position >= 0 && position <= most) return;
  throw new RangeError(`position ${position} is not between 0 and ${most}`);
}

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return digest('sha256', Buffer.concat(parts), 'buffer');
}
