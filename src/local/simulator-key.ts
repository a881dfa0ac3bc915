/** The key that the local simulator accepts: made once and kept beside the local data, so that every process finds it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createKey, type NewKey } from '../simulator/index.ts';

/** Reads the key from `file`, or makes one and stores it there, readable for its owner only. */
export async function simulatorKey(file: string): Promise<NewKey> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as NewKey;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const key = createKey();
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(key, null, 2), { mode: 0o600 });
  return key;
}
