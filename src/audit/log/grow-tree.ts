/** What a batch of rows makes of the stored tree. */
import type { Growth, HashedNode, LogRow, NewLeaf, StoredTree } from '../../ports/transparency-log.ts';
import { hashOfLeaf, leafOf, refOf } from './leaf.ts';
import { subtreesOf, TreeEdge, type HashOfNode, type LeafRange } from './merkle-tree.ts';

export async function growTree(tree: StoredTree, rows: readonly LogRow[]): Promise<Growth> {
  const edge = new TreeEdge(tree.size, await hashesWithin(tree, [{ start: 0, end: tree.size }]));
  const leaves: NewLeaf[] = [];
  const nodes: HashedNode[] = [];
  for (const { kind, columns } of rows) {
    const leaf = leafOf(kind, columns);
    const hash = hashOfLeaf(leaf);
    leaves.push({ ref: refOf(leaf), hash });
    nodes.push(...edge.append(hash).slice(1));
  }
  return { leaves, nodes };
}

/** Reads at once all subtrees that the ranges are made of. */
export async function hashesWithin(tree: StoredTree, ranges: readonly LeafRange[]): Promise<HashOfNode> {
  const nodes = new Map(ranges.flatMap(subtreesOf).map((node) => [`${node.level}/${node.index}`, node]));
  const hashes = await tree.hashesOf([...nodes.values()]);
  const known = new Map([...nodes.keys()].map((name, place) => [name, hashes[place]]));
  return ({ level, index }) => {
    const hash = known.get(`${level}/${index}`);
    if (hash === undefined) throw new RangeError(`the subtree ${index} of level ${level} was not read`);
    return hash;
  };
}
