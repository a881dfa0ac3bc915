/**
 * Prometheus and its promtool: the program that PROMETHEUS_PATH or PROMTOOL_PATH names, the one on the PATH, the one in the
 * user's cache, or a new one there: out of Debian's package `prometheus` (seconds, where apt knows it), or else built with Go
 * (ten minutes).
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
const PROGRAMS = ['prometheus', 'promtool'] as const;
type Program = (typeof PROGRAMS)[number];
const FOLDER = cacheFolder(process.env, `prometheus-${VERSION}`);

/** The program's path. Rejects with a part of a sentence that says why it cannot be had. */
export async function ensureProgram(program: Program, onProgress: (line: string) => void): Promise<string> {
  const found = await findProgram(program, onProgress);
  if (found !== null) return found;
  const packages = [`github.com/prometheus/prometheus/cmd/${program}@v${VERSION}`];
  await buildWithGo({ name: program, minutes: 10, packages, folder: FOLDER, env: process.env, onProgress });
  return join(FOLDER, program);
}

/** The path of one that need not be built; null where there is none. */
export async function findProgram(program: Program, onProgress: (line: string) => void): Promise<string | null> {
  const { env } = process;
  const given = env[`${program.toUpperCase()}_PATH`];
  if (given !== undefined && given !== '') return given;
  const onPath = (env['PATH'] ?? '').split(delimiter).map((each) => join(each, program));
  const cached = join(FOLDER, program);
  const found = [...onPath, cached].find(isExecutable);
  if (found !== undefined) return found;

  await mkdir(FOLDER, { recursive: true });
  try {
    onProgress(`Taking ${program} out of Debian's package prometheus …`);
    await fromDebian(FOLDER);
    return cached;
  } catch {
    return null;
  }
}

/** Needs no root: the package is not installed, but unpacked. */
async function fromDebian(folder: string): Promise<void> {
  const unpacked = await mkdtemp(join(folder, 'deb-'));
  try {
    await run('apt-get', ['download', 'prometheus'], { cwd: unpacked });
    const [archive = 'none'] = await readdir(unpacked);
    await run('dpkg', ['-x', archive, '.'], { cwd: unpacked });
    for (const program of PROGRAMS) await rename(join(unpacked, 'usr', 'bin', program), join(folder, program));
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
