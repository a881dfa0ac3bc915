import { accessSync, constants, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { buildTemporalCli } from './temporal-build.ts';
import { downloadTemporalCli } from './temporal-download.ts';

/** Brings server 1.29.1. Later tags can't be built with `go install`, because of a replace directive. */
const TEMPORAL_CLI_VERSION = '1.5.1';

/** SHA-256 of that version's official archives. The download is refused for any other platform, and Go builds it. */
const ARCHIVES: Readonly<Record<string, string>> = {
  'darwin-arm64': 'cca01b7ea35ad56e2a328d9ae596bf716bd22313ef63c7a761c88354457c2415',
  'darwin-x64': 'bbb73e2a31135abe50a1f1cdb35030c42961df618e8ce9c60ae89f201540c5d9',
  'linux-arm64': 'bd1b0db9f18b051026de8bf6cc1505f2510f14bbb7a8b9a4a91fff46c77454f5',
  'linux-x64': 'ddc95e08b0b076efd4ea9733a3f488eb7d2be875f8834e616cd2a37358b4852d',
};

export interface CliSources {
  /** TEMPORAL_CLI_PATH, PATH, XDG_CACHE_HOME and HOME are read from it; the process's own by default. */
  env?: NodeJS.ProcessEnv;
  /** The official download by default. */
  downloadFrom?: string;
  /** By platform and architecture; those of the official archives by default. */
  archives?: Readonly<Record<string, string>>;
}

/**
 * Answers the path of the Temporal CLI, which contains the development server: TEMPORAL_CLI_PATH, the one on the PATH, the one in the cache folder
 * (`$XDG_CACHE_HOME/order-sync`), or a new one there: downloaded, if its checksum is the known one, or else built with Go in some minutes, which checks all of its
 * sources with Go's checksum database. It is fetched once per user, not once per checkout.
 * Rejects with one sentence that names the remedy if all of that fails.
 */
export async function ensureTemporalCli(onProgress: (line: string) => void, sources: CliSources = {}): Promise<string> {
  const { env = process.env, downloadFrom = 'https://temporal.download', archives = ARCHIVES } = sources;
  const given = env.TEMPORAL_CLI_PATH;
  if (given !== undefined && given !== '') {
    if (isExecutable(given)) return given;
    throw new Error(
      `TEMPORAL_CLI_PATH is "${given}", which is not a program: set it to the Temporal CLI, or unset it.`,
    );
  }
  const folder = cacheFolder(env, `temporal-${TEMPORAL_CLI_VERSION}`);
  const cached = join(folder, 'temporal');
  const found = [...onPath(env), cached].find(isExecutable);
  if (found !== undefined) return found;

  await mkdir(folder, { recursive: true });
  const sha256 = archives[`${process.platform}-${process.arch}`];
  const failures: string[] = [];
  for (const fetchInto of [downloadTemporalCli(downloadFrom), buildTemporalCli]) {
    try {
      await fetchInto({ version: TEMPORAL_CLI_VERSION, path: cached, env, sha256, onProgress });
      return cached;
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw new Error(
    `The embedded Temporal server needs the Temporal CLI, which is not on the PATH and could not be fetched (${failures.join('; ')}): install it from ` +
      'https://docs.temporal.io/cli, or set TEMPORAL_CLI_PATH to it, or set TEMPORAL_ADDRESS to a server of your own.',
  );
}

/** Where a program is kept for all checkouts of a user; it need not exist. */
export function cacheFolder(env: NodeJS.ProcessEnv, program: string): string {
  const cache = env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache');
  return join(cache, 'order-sync', program);
}

function onPath(env: NodeJS.ProcessEnv): string[] {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, 'temporal'));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
