/** A bundle of orders whose histories are committed, with a log of its own that a key of the test's signs; and copies of it. */
import { hash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { BundleWriter } from '../../../src/audit/bundle/write-bundle.ts';
import { signCheckpoint } from '../../../src/audit/log/checkpoint.ts';
import { hashOfLeaf } from '../../../src/audit/log/leaf.ts';
import { inclusionProof } from '../../../src/audit/log/merkle-proof.ts';
import { createSigningKey, encodeVerifierKey, type SigningKey } from '../../../src/audit/log/signed-note.ts';
import { ReplayPool } from '../../../src/audit/replay/replay-pool.ts';
import { BuildFolder } from '../../../src/audit/verify/builds.ts';
import type { Evidence } from '../../../src/audit/verify/evidence.ts';
import { keepBuild } from '../../../src/temporal/builds.ts';
import { buildWorkflowBundle } from '../../../src/temporal/workflow-bundle.ts';
import type { ClockOffset } from '../../../src/ports/clocks.ts';
import { memoryTree } from '../log/memory-tree.ts';
import { evidenceOf, type Author } from './evidence-of.ts';

/** What a process measured meanwhile. */
export const MEASURED: readonly ClockOffset[] = [
  { process: '7@here', clock: 'database', offsetMs: 0, measuredAt: '2026-11-29T12:00:00.000000Z' },
  { process: '7@here', clock: 'exchange', offsetMs: -1_250, measuredAt: '2026-11-29T12:00:01.000000Z' },
];

/**
 * The first order of the bundle was filled, and its fill was corrected later. An order whose author is given was run by
 * another build than the present one.
 */
export async function exportHistories(
  folder: string,
  names: readonly string[],
  key: SigningKey,
  authors: Readonly<Record<string, Author['renamed']>> = {},
): Promise<readonly Evidence[]> {
  const bundle = await buildWorkflowBundle();
  const present = 'code' in bundle ? bundle.code : '';
  const buildsFolder = temporaryFolder();
  const builds = new BuildFolder(buildsFolder);
  const pool = new ReplayPool(1);
  try {
    const orders: Evidence[] = [];
    for (const name of names) {
      const renamed = authors[name] ?? String;
      const code = renamed(present);
      await keepBuild(buildsFolder, { code });
      orders.push(await evidenceOf(name, { pool, builds, code, renamed, isCorrected: name === names[0] }));
    }
    const proven = prove(orders);
    const writer = await BundleWriter.into(folder);
    for (const evidence of proven.orders) await writer.add(evidence, builds);
    const note = signCheckpoint({ origin: key.name, ...proven.head }, [key]);
    await writer.finish({ note, verifierKeys: [encodeVerifierKey(key)] }, MEASURED);
    return proven.orders;
  } finally {
    pool.close();
    rmSync(buildsFolder, { recursive: true });
  }
}

function prove(orders: readonly Evidence[]): { orders: Evidence[]; head: { size: number; root: Uint8Array } } {
  const hashes = orders.flatMap(({ leaves }) => leaves.map(({ leaf }) => hashOfLeaf(leaf)));
  const tree = memoryTree(hashes);
  const size = hashes.length;
  let next = 0;
  const proven = orders.map((evidence) => ({
    ...evidence,
    leaves: evidence.leaves.map(({ leaf }) => {
      const index = next;
      next += 1;
      return { leaf, proof: { index, path: inclusionProof(index, size, tree.hashOf) } };
    }),
  }));
  return { orders: proven, head: { size, root: tree.rootOf(size) } };
}

export function testKey(): SigningKey {
  return createSigningKey('order-sync-test');
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'order-sync-bundle-'));
}

/** A copy of a bundle that can be tampered with. */
export class BundleCopy {
  readonly folder = temporaryFolder();

  constructor(original: string) {
    cpSync(original, this.folder, { recursive: true });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** The names of files that end so. */
  names(end: string): string[] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(this.folder, join(entry.parentPath, entry.name)))
      .filter((name) => name.endsWith(end))
      .toSorted();
  }

  edit(name: string, change: (text: string) => string): void {
    const before = readFileSync(this.path(name), 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`${name} was not changed`);
    writeFileSync(this.path(name), after);
  }

  editJson<Value>(name: string, change: (value: Value) => Value | void): void {
    this.edit(name, (text) => {
      const value = JSON.parse(text) as Value;
      return JSON.stringify(change(value) ?? value);
    });
  }

  /** Makes the manifest fit again, as whoever tampers would. */
  reseal(): void {
    this.editManifest((manifest) => {
      manifest.files = Object.fromEntries(
        this.names('')
          .filter((name) => name !== 'manifest.json')
          .map((name) => [name, hash('sha256', readFileSync(this.path(name)))]),
      );
    });
  }

  editManifest(change: (manifest: { files: Record<string, string>; verifier_keys: string[] }) => void): void {
    const manifest = JSON.parse(readFileSync(this.path('manifest.json'), 'utf8'));
    change(manifest);
    writeFileSync(this.path('manifest.json'), JSON.stringify(manifest));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function fileOf(clientOrderId: string, name: string): string {
  return `orders/${clientOrderId}/${name}`;
}
