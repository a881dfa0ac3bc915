import { execFile, type ExecFileException } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import { payloadToJSON, type JSONPayload } from '@temporalio/common/lib/proto-utils.js';
import { EncryptionCodec } from '../../src/encryption/payload-codec.ts';
import { makePayloadKey, readPayloadKeys } from '../../src/encryption/payload-keys.ts';
import { cacheFolder } from '../../src/local/temporal-cli.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { pythonWith } from '../support/python.ts';
import { temporalAddress } from '../support/resources.ts';

const PACKAGE = join(import.meta.dirname, '../../clients/python');
const run = promisify(execFile);

const KEY = makePayloadKey('k1');

let test: TestEngine;
let http: string;
/** Where the package is installed for this run. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'order-sync-python-'));
  test = await startTestEngine({
    push: true,
    payloadKeys: `none ${KEY}`,
    http: { host: '127.0.0.1', port: 0, token: null },
  });
  http = test.engine.http?.url ?? '';
});
afterAll(async () => {
  await test?.stop();
  await rm(folder, { recursive: true, force: true });
});

type Python = (...argv: string[]) => Promise<string>;

let installed: Promise<Python | null> | undefined;

/** Runs Python with the package as pip installs it from the folder, and throws all that it printed. Null without a Python. */
function withPackage(): Promise<Python | null> {
  installed ??= install();
  return installed;
}

async function install(): Promise<Python | null> {
  const path = await pythonWith(join(PACKAGE, 'requirements-test.txt'));
  if (path === null) return null;
  const python: Python = async (...argv) => {
    const engine = {
      temporal: temporalAddress(),
      http,
      taskQueue: test.taskQueue,
      exchange: test.simulator.url,
      payloadKeys: `none ${KEY}`,
      encrypted: JSON.stringify(await encrypted({ side: 'BUY' })),
    };
    const env = {
      ...process.env,
      PYTHONPATH: folder,
      PYTHONDONTWRITEBYTECODE: '1',
      ORDER_SYNC_TEST_ENGINE: JSON.stringify(engine),
    };
    const { stdout } = await run(path, argv, { cwd: PACKAGE, env, timeout: 120_000 }).catch(
      ({ stdout, stderr }: ExecFileException) => {
        throw new Error(`python ${argv.join(' ')}: ${stdout}${stderr}`);
      },
    );
    return stdout;
  };
  const flags = ['--quiet', '--disable-pip-version-check', '--no-deps', '--no-build-isolation', '--target', folder];
  await python('-m', 'pip', 'install', ...flags, '.');
  return python;
}

describe('the Python package', () => {
  it('does all that its tests say, against a running engine', async () => {
    const python = await withPackage();
    if (python === null) return;
    const tests = await python('-m', 'pytest', '--quiet', '--tb=short');
    expect(tests).toMatch(/^\d+ passed in/m);
  }, 150_000);

  it('installs with the versions that it is tested with', async () => {
    const python = await withPackage();
    if (python === null) return;
    expect(await python('-m', 'pip', 'check', '--disable-pip-version-check')).toContain('No broken requirements');
  }, 150_000);

  it('is typed throughout, and formatted', async () => {
    const python = await withPackage();
    if (python === null) return;
    const cache = cacheFolder(process.env, 'mypy');
    expect(await python('-m', 'mypy', '--cache-dir', cache, 'src', 'tests')).toContain('no issues found');
    expect(await python('-m', 'ruff', 'check', '--no-cache')).toContain('All checks passed');
    expect(await python('-m', 'ruff', 'format', '--check', '--no-cache')).toContain('already formatted');
  }, 150_000);

  it('has a README whose programs print what they say', async () => {
    const python = await withPackage();
    if (python === null) return;
    const readme = await readFile(join(PACKAGE, 'README.md'), 'utf8');
    const programs = [...readme.matchAll(/^```python\n(.*?)^```$/gms)].map(([, program = '']) => program);
    expect(programs).toHaveLength(2);
    for (const program of programs) {
      const file = join(folder, 'example.py');
      await writeFile(file, withPlaces(program));
      const printed = [...program.matchAll(/print\(.*\) {2}# (.+)$/gm)].map(([, text]) => text);
      expect((await python(file)).trimEnd().split('\n')).toEqual(printed);
    }
  }, 150_000);
});

async function encrypted(value: unknown): Promise<JSONPayload> {
  const codec = new EncryptionCodec(readPayloadKeys(KEY));
  const [payload = {}] = await codec.encode([defaultPayloadConverter.toPayload(value)]);
  return payloadToJSON(payload);
}

/** The addresses of this run's servers, which share a Temporal. */
function withPlaces(program: string): string {
  const addresses = '("127.0.0.1:7233", "http://127.0.0.1:8080")';
  expect(program).toContain(addresses);
  return program.replaceAll(addresses, `("${temporalAddress()}", "${http}", task_queue="${test.taskQueue}")`);
}
