import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTemporal, type RunningTemporal } from '../../src/local/temporal.ts';
import { exampleOf, runExample } from '../client/documents.ts';
import { testDatabase } from '../support/resources.ts';
import { startEngineOf, type InstalledEngine } from './installed-engine.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');
const BIN = join(ROOT, 'node_modules', '.bin');
/** What a deployment needs that has servers of its own: no embedded ones, and no scripts of anybody's. */
const LEAN = ['--ignore-scripts', '--omit=optional'];

let folder: string;
let tarballs: Record<'client' | 'engine', string>;
let temporal: RunningTemporal;
let environment: Record<string, string>;
let engine: InstalledEngine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'order-sync-packages-'));
  const { stdout } = await run('npm', ['run', 'pack', '--silent'], { cwd: ROOT });
  const [client = '', engineTarball = ''] = stdout.trim().split('\n');
  tarballs = { client, engine: engineTarball };
  await Promise.all([install('client'), install('engine', ...LEAN)]);
  temporal = await startTemporal();
  environment = { DATABASE_URL: await testDatabase(), TEMPORAL_ADDRESS: temporal.address };
  engine = await startEngineOf(projectOf('engine'), environment);
}, 240_000);
afterAll(async () => {
  await engine?.stop();
  await temporal?.stop();
  await rm(folder, { recursive: true, force: true });
});

type Package = 'client' | 'engine';

function projectOf(name: Package): string {
  return join(folder, name);
}

/** Into an empty project, which has no other package. */
async function install(name: Package, ...flags: string[]): Promise<void> {
  await mkdir(projectOf(name));
  await writeFile(join(projectOf(name), 'package.json'), '{ "private": true }');
  const options = ['--prefer-offline', '--no-audit', '--no-fund', ...flags, tarballs[name]];
  await run('npm', ['install', ...options], { cwd: projectOf(name) });
}

async function installedIn(name: Package): Promise<string[]> {
  const lock = await readFile(join(projectOf(name), 'node_modules', '.package-lock.json'), 'utf8');
  return Object.keys((JSON.parse(lock) as { packages: object }).packages);
}

async function megabytesOf(path: string): Promise<number> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0) / 1e6;
}

describe('the packages', () => {
  it('trade: a bot with only the client, and an engine and an exchange of the other package', async () => {
    const [printed] = await runExample(await exampleOf('README.md'), {
      temporal: temporal.address,
      taskQueue: 'orders',
      http: engine.httpUrl,
      project: projectOf('client'),
    });
    expect(printed).toMatch(/^completed \d+\.\d+ \d+(\.\d+)? true$/);

    const { stdout } = await orderSync('audit', 'verify', 'bot7-20261123-0001');
    expect(stdout).toContain('history, order_events and trade agree');
    expect((await fetch(`${engine.httpUrl}/assets/page.js`)).status).toBe(200);
  }, 60_000);

  it('bring to a bot fewer than 60 packages and 40 MB, and nothing of the engine', async () => {
    const installed = await installedIn('client');

    expect(installed).toContain('node_modules/order-sync-client');
    expect(installed.length).toBeLessThan(60);
    expect(await megabytesOf(join(projectOf('client'), 'node_modules'))).toBeLessThan(40);
    expect(installed.filter((path) => /worker|webpack|mikro-orm|fastify|xstate/.test(path))).toEqual([]);
  });

  it('have the command order-sync, which answers like that of a checkout', async () => {
    const version = (await orderSync('--version')).stdout.trim();
    const { stdout } = await orderSync('status', 'bot7-20261123-0001', '--json');

    expect(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))).toMatchObject({ version });
    expect(JSON.parse(stdout)).toMatchObject({ trade: { botId: 'bot7', status: 'completed' } });
  }, 30_000);

  it.each(['client', 'engine'] as const)(
    'pass publint and attw: %s',
    async (name) => {
      // Both exit with a status of their own at the first complaint, and say it on standard output.
      await expect(run(join(BIN, 'publint'), [tarballs[name], '--strict'])).resolves.toBeDefined();
      await expect(run(join(BIN, 'attw'), [tarballs[name], '--profile', 'esm-only'])).resolves.toBeDefined();
    },
    60_000,
  );
});

function orderSync(...argv: string[]): Promise<{ stdout: string }> {
  const program = join(projectOf('engine'), 'node_modules', '.bin', 'order-sync');
  const { PATH = '', HOME = '' } = process.env;
  return run(process.execPath, [program, ...argv], { cwd: folder, env: { PATH, HOME, ...environment } });
}
