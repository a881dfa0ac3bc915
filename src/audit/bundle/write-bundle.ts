/** Writes a bundle: all that is needed to verify orders without us, our servers and our database. */
import { hash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownVersion } from '../../process/identity.ts';
import type { Builds } from '../verify/builds.ts';
import type { ClockOffset } from '../../ports/clocks.ts';
import type { Evidence } from '../verify/evidence.ts';
import { EXECUTIONS_HEADER, orderLines, ORDERS_HEADER } from './csv.ts';
import { buildFile, CHECKPOINT, CLOCK_OFFSETS, EXECUTIONS_CSV, MANIFEST, ORDERS_CSV } from './files.ts';
import { clockOffsetsFile } from './clock-offsets.ts';
import { BundleError, manifestOf } from './manifest.ts';
import { orderFiles } from './order-files.ts';

export interface BundleHead {
  /** The checkpoint as a signed note. */
  note: string;
  verifierKeys: readonly string[];
}

export class BundleWriter {
  readonly #folder: string;
  readonly #files: Record<string, string> = {};
  readonly #orders: { clientOrderId: string; order: string; executions: string }[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Rejects with BundleError where the folder holds anything. */
  static async into(folder: string): Promise<BundleWriter> {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length > 0)
      throw new BundleError(`${folder} is not empty: name a folder that is, or that does not exist`);
    return new BundleWriter(folder);
  }

  /** The code of each build that its runs need goes in with it, where it is known. */
  async add(evidence: Evidence, builds: Builds): Promise<void> {
    for (const [path, bytes] of orderFiles(evidence)) await this.#write(path, bytes);
    for (const { buildId } of evidence.runs) await this.#addBuild(buildId, builds);
    this.#orders.push({ clientOrderId: evidence.trade.clientOrderId, ...orderLines(evidence) });
  }

  /** Writes what is of all orders together, and the manifest last: a bundle without one is not finished. */
  async finish(head: BundleHead | null, offsets: readonly ClockOffset[]): Promise<{ orders: number; files: number }> {
    const inOrder = this.#orders.toSorted((a, b) => (a.clientOrderId < b.clientOrderId ? -1 : 1));
    await this.#write(ORDERS_CSV, Buffer.from(ORDERS_HEADER + inOrder.map(({ order }) => order).join('')));
    const executions = inOrder.map((order) => order.executions).join('');
    await this.#write(EXECUTIONS_CSV, Buffer.from(EXECUTIONS_HEADER + executions));
    await this.#write(CLOCK_OFFSETS, clockOffsetsFile(offsets));
    if (head !== null) await this.#write(CHECKPOINT, Buffer.from(head.note));
    const manifest = manifestOf({
      made_at: new Date().toISOString(),
      made_by: `order-sync ${ownVersion()}`,
      orders: inOrder.length,
      verifier_keys: head === null ? null : [...head.verifierKeys],
      files: Object.fromEntries(Object.entries(this.#files).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    });
    await writeFile(join(this.#folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    return { orders: inOrder.length, files: Object.keys(this.#files).length + 1 };
  }

  async #addBuild(buildId: string | null, builds: Builds): Promise<void> {
    if (buildId === null || this.#files[buildFile(buildId)] !== undefined) return;
    const build = await builds.find(buildId);
    if (build.kind === 'there') await this.#write(buildFile(buildId), await readFile(build.file));
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    const file = join(this.#folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
    this.#files[path] = hash('sha256', bytes);
  }
}
