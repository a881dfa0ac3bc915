/** The keys that sign the log's heads: a file outside of the database, one key a line, the oldest first. All of them sign. */
import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createSigningKey, encodeSigningKey, parseSigningKey, type SigningKey } from './signed-note.ts';

export class KeyFileError extends Error {
  override name = 'KeyFileError';
}

/** Empty where there is no such file. Rejects with KeyFileError where it cannot be used, and says what to do. */
export async function readKeyFile(file: string): Promise<SigningKey[]> {
  const mode = await stat(file).then(
    (found) => found.mode,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw new KeyFileError(`${file} cannot be read: ${error.message}`);
    },
  );
  if (mode === null) return [];
  if ((mode & 0o077) !== 0) throw new KeyFileError(`${file} can be read by others: chmod 600 ${file}`);
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new KeyFileError(`${file} has no key`);
  try {
    return lines.map(parseSigningKey);
  } catch {
    // Not with the line itself, which may be all but a character of a key.
    throw new KeyFileError(`${file} has a line that is not a signing key`);
  }
}

/** For a new log, under a name that no other has. Never replaces a file. */
export async function createKeyFile(file: string): Promise<SigningKey[]> {
  const key = createSigningKey(`order-sync-${randomBytes(4).toString('hex')}`);
  await mkdir(dirname(file), { recursive: true });
  await write(file, [key], 'wx');
  return [key];
}

/** Adds a key of the same name. From now on both sign, so that whoever knows one of them can continue. */
export async function addKey(file: string): Promise<SigningKey[]> {
  const keys = await existing(file);
  return replace(file, [...keys, createSigningKey(keys[0].name)]);
}

/** Leaves the newest key alone. */
export async function retireOldKeys(file: string): Promise<SigningKey[]> {
  const keys = await existing(file);
  return replace(file, keys.slice(-1));
}

async function existing(file: string): Promise<[SigningKey, ...SigningKey[]]> {
  const [first, ...others] = await readKeyFile(file);
  if (first === undefined) throw new KeyFileError(`${file} does not exist: the engine makes it at its first start`);
  return [first, ...others];
}

/** Its owner stays: root may run this, and the engine, which is another user, has to read the file. */
async function replace(file: string, keys: SigningKey[]): Promise<SigningKey[]> {
  const { uid, gid } = await stat(file);
  const next = `${file}.${process.pid}`;
  await write(next, keys, 'wx');
  await chown(next, uid, gid);
  await rename(next, file);
  return keys;
}

async function write(file: string, keys: readonly SigningKey[], flags: string): Promise<void> {
  const handle = await open(file, flags, 0o600);
  try {
    await handle.writeFile(keys.map((key) => `${encodeSigningKey(key)}\n`).join(''));
    await handle.sync();
  } finally {
    await handle.close();
  }
}
