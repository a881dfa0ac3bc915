/**
 * Prometheus's promtool: PROMTOOL_PATH, the one on the PATH, the one in the user's cache, or a new one there: out of Debian's
 * package `prometheus` (seconds, where apt knows it), or else built with Go (ten minutes).
 */
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { buildWithGo } from '../../src/local/temporal-build.ts';
import { cacheFolder } from '../../src/local/temporal-cli.ts';

const run = promisify(execFile);
const VERSION = '0.316.0';

export async function ensurePromtool(onProgress: (line: string) => void, env = process.env): Promise<string> {
  const given = env['PROMTOOL_PATH'];
  if (given !== undefined && given !== '') return given;
  const folder = cacheFolder(env, `promtool-${VERSION}`);
  const cached = join(folder, 'promtool');
  const onPath = (env['PATH'] ?? '').split(delimiter).map((each) => join(each, 'promtool'));
  const found = [...onPath, cached].find(isExecutable);
  if (found !== undefined) return found;

  await mkdir(folder, { recursive: true });
  try {
    onProgress("Taking promtool out of Debian's package prometheus …");
    await fromDebian(folder);
  } catch {
    const packages = [`github.com/prometheus/prometheus/cmd/promtool@v${VERSION}`];
    await buildWithGo({ name: 'promtool', minutes: 10, packages, folder, env, onProgress });
  }
  return cached;
}

/** Needs no root: the package is not installed, but unpacked. */
async function fromDebian(folder: string): Promise<void> {
  const unpacked = await mkdtemp(join(folder, 'deb-'));
  try {
    await run('apt-get', ['download', 'prometheus'], { cwd: unpacked });
    const [archive = 'none'] = await readdir(unpacked);
    await run('dpkg', ['-x', archive, '.'], { cwd: unpacked });
    await rename(join(unpacked, 'usr', 'bin', 'promtool'), join(folder, 'promtool'));
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
