/** The programs of Temporal's production server. There is no download of them for every platform, so they are built. */
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildWithGo } from '../../src/local/temporal-build.ts';
import { cacheFolder } from '../../src/local/temporal-cli.ts';

/** The version that the development server contains, so that the two can be compared. */
export const DEFAULT_VERSION = '1.29.1';
const MINUTES = 6;

export interface ServerPrograms {
  server: string;
  /** Makes its databases; it contains their schemas. */
  sql: string;
}

/** The version in `postgres@1.31.2`, or the default of `postgres`; null for anything else, such as a host and port. */
export function versionIn(server: string): string | null {
  const [, version = DEFAULT_VERSION] = /^postgres(?:@(\d+\.\d+\.\d+))?$/.exec(server) ?? [null, ''];
  return version === '' ? null : version;
}

/** Answers where they are: in the user's cache folder, built there with Go when they are not. Rejects with one sentence that names the remedy. */
export async function ensureTemporalServer(
  version: string,
  onProgress: (line: string) => void,
  signal: AbortSignal,
): Promise<ServerPrograms> {
  const folder = cacheFolder(process.env, `temporal-server-${version}`);
  const programs = { server: join(folder, 'server'), sql: join(folder, 'sql') };
  const areThere = await Promise.all(Object.values(programs).map((path) => access(path))).then(
    () => true,
    () => false,
  );
  if (areThere) return programs;

  await mkdir(folder, { recursive: true });
  const packages = ['server', 'tools/sql'].map((program) => `go.temporal.io/server/cmd/${program}@v${version}`);
  const name = `the Temporal server ${version}`;
  try {
    await buildWithGo({ name, minutes: MINUTES, packages, folder, env: process.env, onProgress, signal });
  } catch (error) {
    throw new Error(
      `There is no Temporal server ${version} in ${folder} (${(error as Error).message}): install Go from https://go.dev/dl ` +
        'and see that it can fetch modules, or give --temporal the host and port of a server of your own.',
      { cause: error },
    );
  }
  return programs;
}
