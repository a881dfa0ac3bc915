/** Verifies a bundle with nothing but its files, and the log's key where the auditor has it from elsewhere. */
import { join } from 'node:path';
import { messageOf } from '../../domain/message-of.ts';
import { inParallel } from '../../activities/runtime/in-parallel.ts';
import { openCheckpoint, type Checkpoint } from '../log/checkpoint.ts';
import { InclusionVerifier } from '../log/merkle-proof.ts';
import { NoteError, parseVerifierKey, type VerifierKey } from '../log/signed-note.ts';
import type { EncryptionCodec } from '../../encryption/payload-codec.ts';
import { BuildFolder } from '../verify/builds.ts';
import { judge, type OrderVerdict } from '../verify/judge.ts';
import type { ReplayPool } from '../replay/replay-pool.ts';
import { EXECUTIONS_HEADER, orderLines, ORDERS_HEADER, type OrderLines } from './csv.ts';
import { clockOffsetsIn } from './clock-offsets.ts';
import { BUILDS, CHECKPOINT, CLOCK_OFFSETS, EXECUTIONS_CSV, ORDERS_CSV } from './files.ts';
import { BundleError } from './manifest.ts';
import { openBundle, type Bundle } from './open-bundle.ts';
import { orderEvidence } from './order-files.ts';

export interface Trust {
  /** The log's keys as the auditor has them; null where only the bundle has them. */
  keys: readonly VerifierKey[] | null;
  /** Heads of the log that were published, as signed notes. */
  heads: readonly string[];
}

export interface BundleVerdict {
  /** Of its manifest, and so of all that it holds. */
  sha256: string;
  /** Of the bundle as a whole. */
  differences: string[];
  head: (Pick<Checkpoint, 'origin' | 'size'> & { isTrusted: boolean; isPublished: boolean | null }) | null;
  /** The furthest that a clock was from that of a process, as these have measured it; null where none has. */
  maxOffsetMs: number | null;
  orders: OrderVerdict[];
}

/** Rejects with BundleError where the folder is no bundle. */
export async function verifyBundle(
  folder: string,
  {
    pool,
    codec,
    trust,
    onVerdict,
  }: {
    pool: ReplayPool;
    codec: EncryptionCodec;
    trust: Trust;
    onVerdict?: (verdict: OrderVerdict, total: number) => void;
  },
): Promise<BundleVerdict> {
  const bundle = await openBundle(folder);
  const { checkpoint, head } = await readHead(bundle, trust);
  const log = checkpoint === null ? null : new InclusionVerifier(checkpoint);
  const dependencies = { pool, codec, builds: new BuildFolder(join(folder, BUILDS)), log };
  for (const path of Object.keys(bundle.manifest.files)) if (path.startsWith(BUILDS)) await bundle.read(path);
  const judged = new Map<string, { verdict: OrderVerdict; lines: OrderLines | null }>();
  await inParallel(bundle.clientOrderIds, pool.width, async (clientOrderId) => {
    const result = await verifyOrder(bundle, clientOrderId, dependencies);
    judged.set(clientOrderId, result);
    onVerdict?.(result.verdict, bundle.clientOrderIds.length);
  });
  const inOrder = bundle.clientOrderIds.flatMap((id) => judged.get(id) ?? []);
  await compareTables(
    bundle,
    inOrder.flatMap(({ lines }) => lines ?? []),
  );
  const maxOffsetMs = await readMaxOffset(bundle);
  const { sha256, differences } = bundle;
  return { sha256, differences, head, maxOffsetMs, orders: inOrder.map(({ verdict }) => verdict) };
}

async function verifyOrder(
  bundle: Bundle,
  clientOrderId: string,
  dependencies: Parameters<typeof judge>[1],
): Promise<{ verdict: OrderVerdict; lines: OrderLines | null }> {
  try {
    const { evidence, differences } = await orderEvidence(clientOrderId, (path) => bundle.read(path));
    return { verdict: await judge(evidence, dependencies, differences), lines: orderLines(evidence) };
  } catch (error) {
    // Whatever a row holds that no honest one does, the first place where that shows is enough.
    const message = messageOf(error);
    const what = error instanceof BundleError ? message : `its rows hold what the engine never writes: ${message}`;
    return { verdict: damaged(clientOrderId, what), lines: null };
  }
}

function damaged(clientOrderId: string, difference: string): OrderVerdict {
  return {
    clientOrderId,
    outcome: 'differs',
    differences: [difference],
    why: null,
    moved: null,
    unproven: 0,
    anchored: null,
    unanchored: [],
    runs: [],
    timeline: [],
  };
}

async function readHead(
  bundle: Bundle,
  { keys, heads }: Trust,
): Promise<{ checkpoint: Checkpoint | null; head: BundleVerdict['head'] }> {
  const note = await bundle.read(CHECKPOINT);
  if (note === null) {
    if (bundle.manifest.verifier_keys !== null)
      bundle.differences.push(`${CHECKPOINT} is missing, whose keys the manifest names`);
    return { checkpoint: null, head: null };
  }
  try {
    const text = Buffer.from(note).toString('utf8');
    const known = keys ?? (bundle.manifest.verifier_keys ?? []).map(parseVerifierKey);
    const { checkpoint } = openCheckpoint(text, known);
    const published = heads
      .map((head) => openCheckpoint(head, known).checkpoint)
      .filter(({ size }) => size === checkpoint.size);
    const isPublished = heads.length === 0 ? null : published.length > 0;
    const other = published.find(({ root }) => Buffer.compare(root, checkpoint.root) !== 0);
    if (other !== undefined)
      bundle.differences.push(
        `${CHECKPOINT} has another root than the head of ${other.size} leaves that was published`,
      );
    const { origin, size } = checkpoint;
    return { checkpoint, head: { origin, size, isTrusted: keys !== null, isPublished } };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    bundle.differences.push(`${CHECKPOINT}: ${error.message}`);
    return { checkpoint: null, head: null };
  }
}

async function readMaxOffset(bundle: Bundle): Promise<number | null> {
  const bytes = await bundle.read(CLOCK_OFFSETS);
  try {
    if (bytes === null) throw new BundleError('it is missing');
    const offsets = clockOffsetsIn(bytes).map(({ offsetMs }) => Math.abs(offsetMs));
    return offsets.length === 0 ? null : offsets.reduce((most, offsetMs) => Math.max(most, offsetMs));
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    bundle.differences.push(`${CLOCK_OFFSETS}: ${error.message}`);
    return null;
  }
}

/** What the tables must be is known: they are made of the orders again. */
async function compareTables(bundle: Bundle, lines: readonly OrderLines[]): Promise<void> {
  const tables = {
    [ORDERS_CSV]: ORDERS_HEADER + lines.map(({ order }) => order).join(''),
    [EXECUTIONS_CSV]: EXECUTIONS_HEADER + lines.map(({ executions }) => executions).join(''),
  };
  for (const [name, expected] of Object.entries(tables)) {
    const found = await bundle.read(name);
    if (found === null) {
      bundle.differences.push(`${name} is missing`);
      continue;
    }
    const [ours, theirs] = [expected.split('\n'), Buffer.from(found).toString('utf8').split('\n')];
    const line = Array.from({ length: Math.max(ours.length, theirs.length) }).findIndex(
      (_, at) => ours[at] !== theirs[at],
    );
    if (line !== -1)
      bundle.differences.push(
        `${name}, line ${line + 1}: it is "${theirs[line] ?? ''}", and the orders make "${ours[line] ?? ''}"`,
      );
  }
}
