import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

/** Where a fetched program goes, and what it is. */
export interface FetchTask {
  version: string;
  /** The finished program; its folder exists. */
  path: string;
  env: NodeJS.ProcessEnv;
  onProgress: (line: string) => void;
}

const FIRST_ANSWER_WITHIN_MS = 5_000;
/** Some 60 MB on a slow line; a build would take longer. */
const WHOLE_WITHIN_MS = 120_000;

/** Fetches the official archive the way Temporal's SDKs do: a description first, which tells the archive's address and the name of the program in it. */
export function downloadTemporalCli(base: string): (task: FetchTask) => Promise<void> {
  return async ({ version, path, onProgress }) => {
    const { platform } = process;
    const arch = process.arch === 'x64' ? 'amd64' : process.arch;
    const folder = await mkdtemp(`${path}.download-`);
    try {
      const description = await answer(
        `${base}/cli/v${version}?platform=${platform}&arch=${arch}&format=tar.gz`,
        FIRST_ANSWER_WITHIN_MS,
      );
      const { archiveUrl, fileToExtract } = (await description.json()) as { archiveUrl: string; fileToExtract: string };
      onProgress(`Downloading the Temporal CLI ${version}, once for this user …`);
      const archive = await answer(archiveUrl, WHOLE_WITHIN_MS);
      const archiveFile = join(folder, 'archive.tar.gz');
      await pipeline(Readable.fromWeb(archive.body as never), createWriteStream(archiveFile));
      await promisify(execFile)('tar', ['-xzf', archiveFile, '-C', folder, fileToExtract]);
      const program = join(folder, fileToExtract);
      await chmod(program, 0o755);
      await rename(program, path);
    } catch (error) {
      throw new Error(`no download from ${new URL(base).host}: ${reason(error)}`, { cause: error });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
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
