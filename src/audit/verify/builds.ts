/** The workflows' code of each build, as files: a history is replayed by the code that wrote it. */
import { hash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepBuild } from '../../temporal/builds.ts';
import { buildWorkflowBundle } from '../../temporal/workflow-bundle.ts';

export type Build =
  | { kind: 'there'; file: string }
  | { kind: 'missing' }
  /** Its file has other code than the id says. */
  | { kind: 'replaced'; sha256: string };

export interface Builds {
  find(buildId: string): Promise<Build>;
}

const ID = /^[0-9a-f]{16}$/;

/** Those of a folder, named `<id>.js`. */
export class BuildFolder implements Builds {
  readonly #folder: string;
  readonly #known = new Map<string, Promise<Build>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  find(buildId: string): Promise<Build> {
    if (!ID.test(buildId)) return Promise.resolve({ kind: 'missing' });
    const known = this.#known.get(buildId) ?? this.#read(buildId);
    this.#known.set(buildId, known);
    return known;
  }

  async #read(buildId: string): Promise<Build> {
    const file = join(this.#folder, `${buildId}.js`);
    const code = await readFile(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (code === null) return { kind: 'missing' };
    const sha256 = hash('sha256', code);
    return sha256.startsWith(buildId) ? { kind: 'there', file } : { kind: 'replaced', sha256 };
  }
}

/** The code of this very program, bundled when it is needed first. */
export class OwnBuild implements Builds {
  readonly #others: Builds;
  #own: Promise<{ folder: string; file: string; buildId: string }> | null = null;

  /** @param others - Asked first. */
  constructor(others: Builds) {
    this.#others = others;
  }

  async find(buildId: string): Promise<Build> {
    const found = await this.#others.find(buildId);
    if (found.kind !== 'missing') return found;
    const own = await (this.#own ??= bundleOwn());
    return buildId === own.buildId ? { kind: 'there', file: own.file } : { kind: 'missing' };
  }

  async close(): Promise<void> {
    if (this.#own !== null) await rm((await this.#own).folder, { recursive: true, force: true });
  }
}

async function bundleOwn(): Promise<{ folder: string; file: string; buildId: string }> {
  const bundle = await buildWorkflowBundle();
  const folder = await mkdtemp(join(tmpdir(), 'order-sync-audit-'));
  const buildId = await keepBuild(folder, bundle);
  return { folder, file: join(folder, `${buildId}.js`), buildId };
}
