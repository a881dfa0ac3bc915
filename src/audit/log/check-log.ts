/** The whole log against itself and the rows: every leaf, every row, and the stored tree. */
import type { LoggedLeaf, TransparencyLog } from '../../ports/transparency-log.ts';
import { hashOfLeaf, leafOf, refOf } from './leaf.ts';
import { TreeEdge } from './merkle-tree.ts';
import { rootOf } from './prove.ts';

export interface LogCheck {
  size: number;
  /** A sentence for each thing that is wrong; at most `MOST_FINDINGS`. */
  findings: string[];
}

const BATCH = 1_000;
const MOST_FINDINGS = 100;

/** @param onProgress - Called with the number of leaves that are read. */
export async function checkLog(log: TransparencyLog, onProgress: (read: number) => void = () => {}): Promise<LogCheck> {
  const tree = await log.tree();
  const edge = new TreeEdge(0, () => new Uint8Array());
  const findings: string[] = [];
  /** Archived runs without a row: their deletion has to follow. */
  const gone = new Map<string, string>();
  while (edge.size < tree.size && findings.length < MOST_FINDINGS) {
    const leaves = await log.leaves(edge.size, Math.min(BATCH, tree.size - edge.size));
    for (const leaf of leaves) {
      if (leaf.index !== edge.size) return { size: tree.size, findings: [...findings, `leaf ${edge.size} is missing`] };
      edge.append(leaf.hash);
      const wrong = wrongRow(leaf);
      if (wrong !== null && leaf.kind === 'archive' && leaf.row === null) gone.set(leaf.ref, wrong);
      else if (wrong !== null) findings.push(wrong);
      if (leaf.kind === 'deletion') gone.delete(String(leaf.row?.columns['run_id']));
    }
    onProgress(edge.size);
  }
  findings.push(...gone.values());
  const unlogged = await log.unlogged(MOST_FINDINGS);
  findings.push(...unlogged.map(({ kind, ref }) => `the ${kind} ${ref} was never logged, though later ones were`));
  const isSame = edge.size < tree.size || Buffer.compare(edge.root(), await rootOf(tree, tree.size)) === 0;
  if (!isSame) findings.push('the stored tree is not that of its leaves');
  return { size: tree.size, findings: findings.slice(0, MOST_FINDINGS) };
}

function wrongRow({ index, kind, ref, hash, row }: LoggedLeaf): string | null {
  const name = `the ${kind} ${ref} (leaf ${index})`;
  if (row === null) return `${name} is gone`;
  const leaf = leafOf(kind, row.columns);
  const isSame = Buffer.compare(hashOfLeaf(leaf), hash) === 0 && refOf(leaf) === ref;
  return isSame ? null : `${name} is not what was logged`;
}
