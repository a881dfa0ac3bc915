import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whom the embedded PostgreSQL runs as. */
export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root: then it is the user `postgres`, or else `nobody`. Undefined when we aren't root, so that it runs as we do. */
export async function postgresUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const ids = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, name]))).catch(() => undefined);
    if (ids?.[0] && ids[1]) return { name, uid: Number(ids[0].stdout), gid: Number(ids[1].stdout) };
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and this machine has neither a user "postgres" nor "nobody": run as another user, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

/** Whether a user can get at a file or folder: a checkout below /root, which only root may enter, keeps it out. */
export function canReach(user: ServerUser | undefined, path: string): boolean {
  if (user === undefined) return true;
  const { uid, gid } = user;
  return spawnSync('/bin/sh', ['-c', 'test -r "$1" && test -x "$1"', 'sh', path], { uid, gid, cwd: '/' }).status === 0;
}

/** Makes a folder, with all that is in it, the user's own. */
export async function giveTo(user: ServerUser | undefined, folder: string): Promise<void> {
  if (user !== undefined) await run('chown', ['-R', `${user.uid}:${user.gid}`, folder]);
}

/** A new temporary folder that belongs to the user and can be reached by it. */
export async function temporaryFolder(user: ServerUser | undefined, prefix: string): Promise<string> {
  const parent = [tmpdir(), '/tmp', '/var/tmp'].find((folder) => canReach(user, folder));
  if (parent === undefined)
    throw new Error(`User "${user?.name}" can enter no temporary folder: set TMPDIR to one that all users may enter.`);
  const folder = await mkdtemp(join(parent, prefix));
  await giveTo(user, folder);
  return folder;
}
