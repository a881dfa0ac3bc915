/** A Python of the tests' own, with the packages of a requirements file: installed once, in the user's cache. */
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../src/local/temporal-cli.ts';

const run = promisify(execFile);
const OLDEST = [3, 11] as const;

/**
 * The path of a Python that has the packages; takes half a minute the first time. Null, and a warning, where there is no
 * Python, or where pip cannot fetch them.
 */
export async function pythonWith(requirements: string): Promise<string | null> {
  try {
    requirePython();
    return await installed(requirements);
  } catch (error) {
    console.warn(`NOT TESTED: what needs the packages of ${requirements}: ${(error as Error).message}`);
    return null;
  }
}

async function installed(requirements: string): Promise<string> {
  const contents = await readFile(requirements, 'utf8');
  const digest = createHash('sha256').update(contents).digest('hex').slice(0, 12);
  const folder = cacheFolder(process.env, `python-${digest}`);
  const python = join(folder, 'bin', 'python');
  if (existsSync(python)) return python;
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(join(folder, '..'), { recursive: true });
  try {
    await run('python3', ['-m', 'venv', unfinished]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
    await run(join(unfinished, 'bin', 'python'), [...pip, '--requirement', requirements]);
    // Another process may have been faster.
    await rename(unfinished, folder).catch(() => undefined);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return python;
}

function requirePython(): void {
  const { status, stdout } = spawnSync('python3', ['-c', 'import sys, venv, ensurepip; print(*sys.version_info[:2])'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error('there is no python3 with venv on the PATH');
  const [major = 0, minor = 0] = stdout.split(' ').map(Number);
  if (major === OLDEST[0] && minor >= OLDEST[1]) return;
  throw new Error(`python3 is older than ${OLDEST.join('.')}`);
}
