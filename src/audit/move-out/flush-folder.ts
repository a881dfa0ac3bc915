/** Makes sure that a folder outlives a power cut: what is only in the system's memory may be the last copy of it. */
import { open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inParallel } from '../../activities/runtime/in-parallel.ts';

/** A disk writes several at once in one go. */
const AT_ONCE = 16;

/** Each file, then the folders that name them, then the one that names this folder. */
export async function flushFolder(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = (areFolders: boolean): string[] =>
    entries.filter((entry) => entry.isDirectory() === areFolders).map(({ parentPath, name }) => join(parentPath, name));
  await inParallel(paths(false), AT_ONCE, flush);
  await inParallel([...paths(true), folder], AT_ONCE, flush);
  await flush(dirname(folder));
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
