/** What every npm script runs first, in a project of two packages that come from files. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const SETUP = new URL('../../scripts/setup.mjs', import.meta.url);

let project: string;
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'order-sync-setup-'));
  // The project's own Node, and a package as any other.
  await writePackage('node', { 'bin/node': '' });
  await writePackage('part', { 'index.js': '' });
  const dependencies = { node: 'file:node-1.0.0.tgz', part: 'file:part-1.0.0.tgz' };
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'project', version: '1.0.0', dependencies }));
  await mkdir(join(project, 'scripts'));
  await cp(SETUP, join(project, 'scripts', 'setup.mjs'));
  await npm(project, 'install', '--no-audit', '--no-fund');
}, 60_000);
afterAll(() => rm(project, { recursive: true }));

async function writePackage(name: string, files: Record<string, string>): Promise<void> {
  const folder = join(project, name);
  for (const [file, text] of Object.entries({ ...files, 'package.json': JSON.stringify({ name, version: '1.0.0' }) })) {
    await mkdir(join(folder, file, '..'), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  await npm(project, 'pack', `./${name}`);
}

async function npm(folder: string, ...argv: string[]): Promise<void> {
  await promisify(execFile)('npm', [...argv, '--offline'], { cwd: folder });
}

/** What it says; nothing where nothing has to be done. */
async function setup(): Promise<string> {
  return (await promisify(execFile)(process.execPath, [join(project, 'scripts', 'setup.mjs')])).stderr;
}

const part = (): string => join(project, 'node_modules', 'part');

describe('setup', () => {
  it('does nothing where every package is there', async () => {
    expect(await setup()).toBe('');
  });

  it('installs again what was removed', async () => {
    await rm(part(), { recursive: true });

    expect(await setup()).toMatch(/^Installing the packages .* done in \d+ s\n$/);
    expect((await stat(join(part(), 'index.js'))).isFile()).toBe(true);
    expect(await setup()).toBe('');
  });

  it('installs again what was replaced by another version', async () => {
    await writeFile(join(part(), 'package.json'), JSON.stringify({ name: 'part', version: '0.9.0' }));

    expect(await setup()).toContain('Installing the packages');
    expect(JSON.parse(await readFile(join(part(), 'package.json'), 'utf8'))).toMatchObject({ version: '1.0.0' });
  });
});
