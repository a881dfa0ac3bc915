/** The passwords of the embedded PostgreSQL: made with its data, and kept beside it in files that only their owner can read. */
import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCAL_HOST } from './locations.ts';

/** The engine's role: no superuser, and owner of its database alone. */
export const ENGINE_ROLE = 'order_sync';
export const ENGINE_DATABASE = 'order_sync';
/** For whoever makes databases or reads the server's settings; the engine never connects as this one. */
export const SUPERUSER = 'postgres';

export interface PostgresPasswords {
  engine: string;
  superuser: string;
}

/** Of PostgreSQL's folder; the engine's and the superuser's. */
const FILES = { engine: 'password', superuser: 'superuser-password' } as const;

/** Anything that an earlier, unfinished start left is replaced. */
export async function createPasswords(folder: string): Promise<PostgresPasswords> {
  const passwords = { engine: newPassword(), superuser: newPassword() };
  await Promise.all([
    writeSecret(join(folder, FILES.engine), passwords.engine),
    writeSecret(join(folder, FILES.superuser), passwords.superuser),
  ]);
  return passwords;
}

export async function readPasswords(folder: string): Promise<PostgresPasswords> {
  const [engine, superuser] = await Promise.all([
    readSecret(join(folder, FILES.engine)),
    readSecret(join(folder, FILES.superuser)),
  ]);
  return { engine, superuser };
}

/** The engine's way in. Rejects with a sentence for people where there is no password to read. */
export async function engineUrl(folder: string, port: number): Promise<string> {
  return urlOf(ENGINE_ROLE, await readSecret(join(folder, FILES.engine)), port, ENGINE_DATABASE);
}

export function urlOf(role: string, password: string, port: number, database: string): string {
  return `postgres://${role}:${password}@${LOCAL_HOST}:${port}/${database}`;
}

/** Readable for its owner only. */
export async function writeSecret(file: string, secret: string): Promise<void> {
  // The mode counts for a new file only.
  await rm(file, { force: true });
  await writeFile(file, `${secret}\n`, { mode: 0o600 });
}

function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

async function readSecret(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new Error(
      `The embedded PostgreSQL's password cannot be read from ${file} (${(error as Error).message}): run this in the folder of \`order-sync start\` ` +
        'and as its user, or set DATABASE_URL to a PostgreSQL of your own.',
      { cause: error },
    );
  }
}
