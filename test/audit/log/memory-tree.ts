import { TreeEdge, type HashOfNode, type LeafRange, hashOfRange } from '../../../src/audit/log/merkle-tree.ts';

/** A tree whose subtrees are all at hand, as the database has them. */
export interface MemoryTree {
  hashOf: HashOfNode;
  /** Of the first `size` leaves. */
  rootOf(size: number): Uint8Array;
}

export function memoryTree(leafHashes: readonly Uint8Array[]): MemoryTree {
  const nodes = new Map<string, Uint8Array>();
  const hashOf: HashOfNode = ({ level, index }) => {
    const hash = nodes.get(`${level}/${index}`);
    if (hash === undefined) throw new Error(`there is no subtree ${level}/${index}`);
    return hash;
  };
  const edge = new TreeEdge(0, hashOf);
  for (const leaf of leafHashes) {
    for (const { level, index, hash } of edge.append(leaf)) nodes.set(`${level}/${index}`, hash);
  }
  return { hashOf, rootOf: (size) => hashOfRange({ start: 0, end: size } satisfies LeafRange, hashOf) };
}
