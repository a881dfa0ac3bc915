import { execFile, type ExecFileException } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createCertificate,
  createKey,
  startSimulator,
  type Certificate,
  type Simulator,
} from '../../src/simulator/index.ts';
import { pythonWith } from '../support/python.ts';

const HERE = import.meta.dirname;
const run = promisify(execFile);
const key = createKey();

let folder: string;
let simulator: Simulator | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'order-sync-clients-'));
});
afterEach(() => simulator?.close());
afterAll(() => rm(folder, { recursive: true }));

async function start(certificate: Certificate | null): Promise<Record<string, string>> {
  const keys = [{ name: key.name, publicKeyPem: key.publicKeyPem }];
  simulator = await startSimulator({ keys, certificate, tickMs: 50 });
  return {
    KEY_NAME: key.name,
    PRIVATE_KEY: key.privateKeyPem,
    EXCHANGE_URL: simulator.url,
    EXCHANGE_WS_URL: simulator.wsUrl,
    EXCHANGE_HOST: new URL(simulator.url).host,
  };
}

/** What the script checked, line by line; null without a Python. Throws all that it printed where a check failed. */
async function checksOf(script: string, settings: Record<string, string>): Promise<string[] | null> {
  const python = await pythonWith(join(HERE, 'requirements.txt'));
  if (python === null) return null;
  const env = { ...process.env, ...settings, PYTHONDONTWRITEBYTECODE: '1' };
  const { stdout } = await run(python, [join(HERE, script)], { env, timeout: 150_000 }).catch(
    ({ stdout, stderr }: ExecFileException) => {
      throw new Error(`${script}: ${stdout}${stderr}`);
    },
  );
  return stdout.trimEnd().split('\n');
}

describe('a third-party client', () => {
  it('coinbase-advanced-py trades over TLS, and every call of it works', async () => {
    const certificate = await createCertificate();
    const file = join(folder, 'certificate.pem');
    await writeFile(file, certificate.certificatePem);
    const trust = { REQUESTS_CA_BUNDLE: file, SSL_CERT_FILE: file };
    const checks = await checksOf('coinbase_advanced_py.py', { ...(await start(certificate)), ...trust });
    if (checks === null) return;
    expect(checks.filter((line) => !line.startsWith('ok '))).toEqual([]);
    expect(checks.length).toBeGreaterThan(25);
  }, 180_000);

  it('ccxt trades over REST and watches its orders', async () => {
    const checks = await checksOf('ccxt_client.py', await start(null));
    if (checks === null) return;
    expect(checks.filter((line) => !line.startsWith('ok '))).toEqual([]);
    expect(checks.length).toBeGreaterThan(15);
  }, 180_000);

  it('trusts the exchange by its certificate alone', async () => {
    const { EXCHANGE_URL = '' } = await start(await createCertificate());
    expect(EXCHANGE_URL).toMatch(/^https:\/\/127\.0\.0\.1:/);
    await expect(fetch(EXCHANGE_URL)).rejects.toMatchObject({ cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });
  });
});
