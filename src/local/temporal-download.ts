import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { childEnvironment } from './child-environment.ts';

/** Where a fetched program goes, and what it is. */
export interface FetchTask {
  version: string;
  /** The finished program; its folder exists. */
  path: string;
  env: NodeJS.ProcessEnv;
  /** Of the official archive for this platform, in hexadecimal; undefined where it is not known. */
  sha256: string | undefined;
  onProgress: (line: string) => void;
}

const FIRST_ANSWER_WITHIN_MS = 5_000;
/** Some 60 MB on a slow line; a build would take longer. */
const WHOLE_WITHIN_MS = 120_000;

const PROGRAM = 'temporal';

/**
 * Fetches the official archive the way Temporal's SDKs do: a description first, which has the archive's address. What
 * it answers is run with an operator's rights, so nothing is taken but the archive that is known.
 */
export function downloadTemporalCli(base: string): (task: FetchTask) => Promise<void> {
  return async ({ version, path, sha256, onProgress }) => {
    const { platform } = process;
    const arch = process.arch === 'x64' ? 'amd64' : process.arch;
    if (sha256 === undefined) throw new Error(`no checksum is known of the download for ${platform}-${arch}`);
    const folder = await mkdtemp(`${path}.download-`);
    try {
      const description = await answer(
        `${base}/cli/v${version}?platform=${platform}&arch=${arch}&format=tar.gz`,
        FIRST_ANSWER_WITHIN_MS,
      );
      const { archiveUrl } = (await description.json()) as { archiveUrl: string };
      onProgress(`Downloading the Temporal CLI ${version}, once for this user …`);
      const archive = await answer(archiveUrl, WHOLE_WITHIN_MS);
      const archiveFile = join(folder, 'archive.tar.gz');
      await pipeline(Readable.fromWeb(archive.body as never), createWriteStream(archiveFile));
      await verify(archiveFile, sha256);
      await promisify(execFile)('tar', ['-xzf', archiveFile, '-C', folder, PROGRAM], { env: childEnvironment() });
      const program = join(folder, PROGRAM);
      await chmod(program, 0o755);
      await rename(program, path);
    } catch (error) {
      throw new Error(`no download from ${new URL(base).host}: ${reason(error)}`, { cause: error });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

async function verify(file: string, sha256: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const found = hash.digest('hex');
  if (found !== sha256) throw new Error(`the archive's SHA-256 is ${found}, not ${sha256}`);
}

async function answer(url: string, withinMs: number): Promise<Response> {
  const response = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response;
}

/** `fetch failed` says nothing; its cause does. */
function reason(error: unknown): string {
  const { message, cause } = error as { message: string; cause?: { message?: string } };
  return cause?.message || message;
}
