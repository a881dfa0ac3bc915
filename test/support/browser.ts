/** A real browser without a window: the Chromium of a package, unpacked once, or the one that CHROMIUM_PATH names. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';

const ROOT = resolve(import.meta.dirname, '../..');
const PACKAGE = '@sparticuz/chromium';

/** As root, as in containers, Chromium starts only without its sandbox; it sees pages of this machine alone. */
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--no-zygote', '--font-render-hinting=none'];

export async function startBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? (await unpackedChromium());
  try {
    return await chromium.launch({ executablePath, args: ARGUMENTS, env: { ...process.env, LC_ALL: 'en_US.UTF-8' } });
  } catch (error) {
    const [why = ''] = String(error).split('\n');
    throw new Error(
      `Chromium at ${executablePath} does not start: ${why}. Set CHROMIUM_PATH to one that does (Debian: apt-get install chromium, then CHROMIUM_PATH=/usr/bin/chromium).`,
      { cause: error },
    );
  }
}

/** The package unpacks into the folder for temporary files, and trusts what it finds there: so it gets a folder of its own. */
async function unpackedChromium(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules', PACKAGE, 'package.json'), 'utf8')) as {
    version: string;
  };
  const folder = join(ROOT, '.order-sync', `chromium-${version}`);
  const executablePath = join(folder, 'chromium');
  if (existsSync(executablePath)) return executablePath;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('The browser tests bring a Chromium for Linux on x64 only: set CHROMIUM_PATH to one of yours.');
  }
  await mkdir(join(ROOT, '.order-sync'), { recursive: true });
  const unpacked = await mkdtemp(`${folder}-`);
  const unpack = `import chromium from '${PACKAGE}'; await chromium.executablePath();`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', unpack], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: unpacked },
  });
  // Another process may have been first.
  await rename(unpacked, folder).catch(() => rm(unpacked, { recursive: true }));
  return executablePath;
}
