/** A throw-away copy of the working tree, outside of it, in which one defect at a time is put. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT, type Defect } from './defect.ts';

const run = promisify(execFile);
/** What tests need. */
const PARTS = ['src', 'test', 'scripts', 'bench', 'bin', 'docs', 'jest.config.js', 'package.json', 'tsconfig.json'];

export interface Copy {
  folder: string;
  /** Rejects where the patch does not apply. */
  put(defect: Defect): Promise<void>;
  take(defect: Defect): Promise<void>;
  remove(): Promise<void>;
}

export async function makeCopy(): Promise<Copy> {
  const folder = await mkdtemp(join(tmpdir(), 'order-sync-defects-'));
  await Promise.all([
    ...PARTS.map((part) => cp(join(ROOT, part), join(folder, part), { recursive: true })),
    symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules')),
  ]);
  return {
    folder,
    put: (defect) => applyPatch(defect, folder),
    take: (defect) => applyPatch(defect, folder, '--reverse'),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Rejects with what git complains of. With `--check` nothing is changed. */
export async function applyPatch({ path }: Defect, folder: string, ...options: string[]): Promise<void> {
  // Within a repository git would leave out what is not below its root.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: dirname(folder) };
  await run('git', ['apply', ...options, path], { cwd: folder, env });
}
