/** An order's evidence as the files of its folder, and back. Rows stand as their leaves in the log do. */
import { isRecord } from '../../domain/field-error.ts';
import { camelKeys, snakeKeys } from '../../domain/names.ts';
import type { Trade } from '../../domain/order/trade.ts';
import type { LeafKind } from '../../ports/transparency-log.ts';
import { refOf, type Leaf } from '../log/leaf.ts';
import { deletedRuns, recordIn, type Evidence, type EvidenceLeaf, type RunEvidence } from '../verify/evidence.ts';
import { historyFile, orderFile, type OrderFile } from './files.ts';
import { BundleError } from './manifest.ts';

interface Proof {
  kind: LeafKind;
  ref: string;
  index: number;
  /** Base64. */
  path: string[];
}

/** A history that the archive does not have yet is of a run that is described here. */
interface RunFile {
  run_id: string;
  status: string;
  build_id: string | null;
  lost: string | null;
}

/** Each file by its path in the bundle. */
export function orderFiles({ trade, runs, leaves }: Evidence): Map<string, Uint8Array> {
  const { clientOrderId } = trade;
  const ofKind = (...kinds: LeafKind[]) => leaves.map(({ leaf }) => leaf).filter(({ kind }) => kinds.includes(kind));
  const contents: Record<OrderFile, unknown> = {
    'trade.json': snakeKeys(trade),
    'events.json': ofKind('event'),
    'fills.json': ofKind('fill'),
    'archive.json': {
      runs: runs.map(({ runId, status, buildId, lost }): RunFile => ({
        run_id: runId,
        status,
        build_id: buildId,
        lost,
      })),
      rows: ofKind('archive', 'deletion'),
    },
    'proofs.json': leaves.flatMap(({ leaf, proof }): Proof[] =>
      proof === null ? [] : [{ kind: leaf.kind, ref: refOf(leaf), index: proof.index, path: proof.path.map(base64) }],
    ),
  };
  const files = new Map<string, Uint8Array>();
  for (const [name, content] of Object.entries(contents)) {
    files.set(orderFile(clientOrderId, name as OrderFile), Buffer.from(`${JSON.stringify(content, null, 2)}\n`));
  }
  for (const { runId, history } of runs) if (history !== null) files.set(historyFile(clientOrderId, runId), history);
  return files;
}

/** @param read - Answers a file's bytes; null where the bundle has no such file. Rejects with BundleError. */
export async function orderEvidence(
  clientOrderId: string,
  read: (path: string) => Promise<Uint8Array | null>,
): Promise<{ evidence: Evidence; differences: string[] }> {
  const json = async (file: OrderFile): Promise<unknown> => {
    const path = orderFile(clientOrderId, file);
    const bytes = await read(path);
    if (bytes === null) throw new BundleError(`${path} is missing`);
    try {
      return JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
    } catch {
      throw new BundleError(`${path} is not JSON`);
    }
  };
  const trade = camelKeys<Trade>(mustBeRecord(await json('trade.json'), 'trade.json'));
  const archive = mustBeRecord(await json('archive.json'), 'archive.json');
  const rows = [
    ...leavesIn(await json('events.json'), 'events.json', ['event']),
    ...leavesIn(await json('fills.json'), 'fills.json', ['fill']),
    ...leavesIn(archive['rows'], 'archive.json', ['archive', 'deletion']),
  ];
  const proofs = mustBeList(await json('proofs.json'), 'proofs.json').map(proofIn);
  const leaves = rows.map((leaf): EvidenceLeaf => {
    const found = proofs.find(({ kind, ref }) => kind === leaf.kind && ref === refOf(leaf));
    return { leaf, proof: found === undefined ? null : { index: found.index, path: found.path.map(fromBase64) } };
  });
  const named = new Set(rows.map((leaf) => `${leaf.kind} ${refOf(leaf)}`));
  const differences = proofs
    .filter(({ kind, ref }) => !named.has(`${kind} ${ref}`))
    .map(({ kind, ref, index }) => `${kind} ${ref}, leaf ${index} of the log, is missing`);
  if (trade.clientOrderId !== clientOrderId) differences.push(`trade.json is that of ${String(trade.clientOrderId)}`);
  const runs = await Promise.all(
    mustBeList(archive['runs'], 'archive.json').map((run) => runIn(clientOrderId, run, read)),
  );
  for (const { runId } of [...deletedRuns(leaves), ...archivedRuns(leaves)]) {
    if (!runs.some((run) => run.runId === runId)) differences.push(`the archived run ${runId} is not among the runs`);
  }
  return { evidence: { trade, ...recordIn(leaves), runs, leaves }, differences };
}

function archivedRuns(leaves: readonly EvidenceLeaf[]): { runId: string }[] {
  return leaves.flatMap(({ leaf }) => (leaf.kind === 'archive' ? [{ runId: String(leaf['run_id']) }] : []));
}

async function runIn(
  clientOrderId: string,
  value: unknown,
  read: (path: string) => Promise<Uint8Array | null>,
): Promise<RunEvidence> {
  const { run_id, status, build_id, lost } = mustBeRecord(value, 'archive.json');
  if (typeof run_id !== 'string' || typeof status !== 'string')
    throw new BundleError('archive.json: a run has no id or status');
  const history = await read(historyFile(clientOrderId, run_id));
  const why = history === null ? (typeof lost === 'string' ? lost : 'the bundle does not hold it') : null;
  return { runId: run_id, status, buildId: typeof build_id === 'string' ? build_id : null, history, lost: why };
}

function leavesIn(value: unknown, file: string, kinds: readonly LeafKind[]): Leaf[] {
  return mustBeList(value, file).map((item) => {
    const leaf = mustBeRecord(item, file);
    if (!kinds.some((kind) => kind === leaf['kind']))
      throw new BundleError(`${file}: a row is of another kind than ${kinds.join(' or ')}`);
    return leaf as Leaf;
  });
}

function proofIn(value: unknown): Proof {
  const { kind, ref, index, path } = mustBeRecord(value, 'proofs.json');
  const isPath = Array.isArray(path) && path.length <= 64 && path.every((hash) => typeof hash === 'string');
  if (typeof kind !== 'string' || typeof ref !== 'string' || typeof index !== 'number' || !isPath)
    throw new BundleError('proofs.json: a proof has a kind, a ref, an index and a path of hashes');
  return { kind: kind as LeafKind, ref, index, path };
}

function mustBeRecord(value: unknown, file: string): Record<string, unknown> {
  if (!isRecord(value)) throw new BundleError(`${file}: an object was expected`);
  return value;
}

function mustBeList(value: unknown, file: string): unknown[] {
  if (!Array.isArray(value)) throw new BundleError(`${file}: a list was expected`);
  return value;
}

function base64(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64');
}

function fromBase64(text: string): Uint8Array {
  return Buffer.from(text, 'base64');
}
