/** The whole log against itself and the rows: every leaf, every row, and the stored tree. */
import type { LoggedLeaf, LogRow, MovedLeaves, TransparencyLog } from '../../ports/transparency-log.ts';
import { hashOfLeaf, leafOf, refOf } from './leaf.ts';
import { TreeEdge } from './merkle-tree.ts';
import { rootOf } from './prove.ts';

export interface LogCheck {
  size: number;
  /** Of how many leaves the rows were moved out. */
  moved: number;
  /** A sentence for each thing that is wrong; at most `MAX_FINDINGS`. */
  findings: string[];
}

const BATCH = 1_000;
const MAX_FINDINGS = 100;

/** @param onProgress - Called with the number of leaves that are read. */
export async function checkLog(log: TransparencyLog, onProgress: (read: number) => void = () => {}): Promise<LogCheck> {
  const tree = await log.tree();
  const edge = new TreeEdge(0, () => new Uint8Array());
  const findings: string[] = [];
  /** Leaves whose rows are gone, though their orders were not moved out. */
  let gone: LoggedLeaf[] = [];
  /** The same of archived runs, whose deletion has to follow. */
  const goneRuns = new Map<string, LoggedLeaf>();
  let moved = await movedRows(log, tree.size);
  let movedCount = 0;
  while (edge.size < tree.size && findings.length + gone.length < MAX_FINDINGS) {
    const leaves = await log.leaves(edge.size, Math.min(BATCH, tree.size - edge.size));
    for (const leaf of leaves) {
      if (leaf.index !== edge.size)
        return { size: tree.size, moved: movedCount, findings: [...findings, `leaf ${edge.size} is missing`] };
      edge.append(leaf.hash);
      const { index, kind, ref, row } = leaf;
      if (row !== null && !isAsLogged(leaf, row)) findings.push(`${nameOf(leaf)} is not what was logged`);
      if (kind === 'deletion') goneRuns.delete(String(row?.columns['run_id']));
      if (row !== null) continue;
      if (moved.has(index)) movedCount += 1;
      else if (kind === 'archive') goneRuns.set(ref, leaf);
      else gone.push(leaf);
    }
    // Those that seem to be gone may have been moved out since.
    if (findings.length + gone.length >= MAX_FINDINGS) {
      moved = await movedRows(log, tree.size);
      gone = gone.filter(({ index }) => !moved.has(index));
    }
    onProgress(edge.size);
  }
  gone.push(...goneRuns.values());
  if (gone.length > 0) moved = await movedRows(log, tree.size);
  findings.push(...gone.flatMap((leaf) => (moved.has(leaf.index) ? [] : [`${nameOf(leaf)} is gone`])));
  const unlogged = await log.unlogged(MAX_FINDINGS);
  findings.push(...unlogged.map(({ kind, ref }) => `the ${kind} ${ref} was never logged, though later ones were`));
  const isSame = edge.size < tree.size || Buffer.compare(edge.root(), await rootOf(tree, tree.size)) === 0;
  if (!isSame) findings.push('the stored tree is not that of its leaves');
  return { size: tree.size, moved: movedCount, findings: findings.slice(0, MAX_FINDINGS) };
}

/** The leaves whose orders were moved out. Whether the rows that say so are those that were logged is checked as of any other. */
async function movedRows(log: TransparencyLog, size: number): Promise<{ has(index: number): boolean }> {
  // A bit for each leaf: there may be more of them than a Set holds.
  const bits = new Uint8Array(Math.ceil(size / 8));
  const bitOf = (index: number): number => 1 << (index & 7);
  let from: string | null = null;
  do {
    const page: MovedLeaves = await log.movedLeaves(from);
    for (const index of page.indexes) bits[index >> 3] = (bits[index >> 3] ?? 0) | bitOf(index);
    from = page.next;
  } while (from !== null);
  return { has: (index) => ((bits[index >> 3] ?? 0) & bitOf(index)) !== 0 };
}

function isAsLogged({ kind, ref, hash }: LoggedLeaf, { columns }: LogRow): boolean {
  const leaf = leafOf(kind, columns);
  return Buffer.compare(hashOfLeaf(leaf), hash) === 0 && refOf(leaf) === ref;
}

function nameOf({ kind, ref, index }: LoggedLeaf): string {
  return `the ${kind} ${ref} (leaf ${index})`;
}
