import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readlink, rename, rm, rmdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { childEnvironment } from './child-environment.ts';
import { type PostgresBinaries, ROOT_STATE_FOLDER } from './postgres-binaries.ts';
import {
  ENGINE_DATABASE,
  ENGINE_ROLE,
  SUPERUSER,
  createPasswords,
  readPasswords,
  writeSecret,
  type PostgresPasswords,
} from './postgres-passwords.ts';
import { type ServerUser, canReach, giveTo } from './postgres-user.ts';

/**
 * Makes the data in `folder/data`, unless it is there: the engine's role and database, both named `order_sync`, and always the same locale. Data that is half made, by a
 * run that was killed, is never taken for whole. Answers the passwords that belong to it.
 */
export async function createCluster(
  folder: string,
  binaries: PostgresBinaries,
  user: ServerUser | undefined,
): Promise<{ dataDir: string; passwords: PostgresPasswords }> {
  const dataDir = join(folder, 'data');
  if (await exists(dataDir)) return { dataDir, passwords: await readPasswords(folder) };

  const unfinished = join(folder, 'unfinished');
  const passwordFile = join(folder, 'initdb-password');
  const passwords = await createPasswords(folder);
  await rm(unfinished, { recursive: true, force: true });
  await writeSecret(passwordFile, passwords.superuser);
  await giveTo(user, passwordFile);
  const identity = [`--username=${SUPERUSER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  await runAs(user, binaries.initdb, [
    `--pgdata=${unfinished}`,
    ...identity,
    ...locale,
    '--no-sync',
    '--no-instructions',
  ]);
  await rm(passwordFile);
  // Single-user mode needs neither a port nor a client.
  await runAs(user, binaries.postgres, ['--single', '-D', unfinished, 'postgres'], engineSql(passwords.engine));
  await rename(unfinished, dataDir);
  return { dataDir, passwords };
}

/** A statement a line. The server's other databases are closed to the engine's role, and its own to all others. */
function engineSql(password: string): string {
  return [
    `CREATE ROLE ${ENGINE_ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD '${password}';`,
    `CREATE DATABASE ${ENGINE_DATABASE} OWNER ${ENGINE_ROLE};`,
    `REVOKE ALL ON DATABASE ${ENGINE_DATABASE}, postgres, template1 FROM PUBLIC;`,
    '',
  ].join('\n');
}

/**
 * Makes a folder that PostgreSQL's user owns, and answers where it really lies. As a rule that is `folder` itself; if the user can't get there (a checkout below /root), it
 * is one in `/var/lib/order-sync`, to which `folder` becomes a link.
 */
export async function settle(
  folder: string,
  user: ServerUser | undefined,
  onNotice: (line: string) => void,
): Promise<string> {
  const link = await readlink(folder).catch(() => undefined);
  if (link !== undefined) return ownedBy(user, link);
  await ownedBy(user, folder);
  if (canReach(user, folder)) return folder;

  await mkdir(ROOT_STATE_FOLDER, { recursive: true, mode: 0o755 });
  const elsewhere = await mkdtemp(join(ROOT_STATE_FOLDER, 'postgres-'));
  // Nothing is in it: PostgreSQL could never have written there.
  await rmdir(folder);
  await symlink(elsewhere, folder);
  onNotice(`PostgreSQL's data is in ${elsewhere}, because its user "${user?.name}" can't enter ${folder}.`);
  return ownedBy(user, elsewhere);
}

async function ownedBy(user: ServerUser | undefined, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  return folder;
}

async function runAs(user: ServerUser | undefined, command: string, args: string[], input = ''): Promise<void> {
  const promise = promisify(execFile)(command, args, {
    cwd: '/',
    env: childEnvironment(),
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  promise.child.stdin?.end(input);
  await promise;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
