import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectCoinbase } from '../../src/coinbase/connect.ts';
import { deadline } from '../support/waiting.ts';
import { commandLine } from './command-line.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "order-sync-it's-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs it as a process of its own until it has printed its last line. */
async function startSimulatorVerb(...flags: string[]): Promise<{ child: ChildProcess; printed: string }> {
  const child = spawn(process.execPath, [MAIN, 'simulator', '--port', '0', ...flags], { cwd: folder, stdio: 'pipe' });
  let printed = '';
  const announced = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      printed += String(chunk);
      if (printed.includes('Ctrl-C')) resolve();
    });
    child.once('exit', () => reject(new Error(`it ended after printing: ${printed}`)));
  });
  await deadline(announced, 60_000, 'the announcement').catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return { child, printed };
}

describe('simulator', () => {
  it('prints how to point a worker at it, without the secret, and ends with Ctrl-C', async () => {
    const { child, printed } = await startSimulatorVerb();
    try {
      const keyFile = join(folder, '.order-sync', 'simulator-key.json');
      const { privateKeyPem } = JSON.parse(await readFile(keyFile, 'utf8')) as { privateKeyPem: string };
      expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
      expect(printed).not.toContain('PRIVATE KEY-----');

      const exports = printed.split('\n').filter((line) => line.startsWith('export '));
      const script = [...exports, 'env -0'].join('\n');
      const { stdout } = await promisify(execFile)('sh', ['-c', script], { timeout: 60_000 });
      const environment = Object.fromEntries(
        stdout.split('\0').map((entry) => [entry.split('=', 1)[0], entry.slice(entry.indexOf('=') + 1)]),
      ) as Record<string, string>;
      expect(environment['COINBASE_API_PRIVATE_KEY']).toBe(privateKeyPem.trimEnd());

      const exchange = connectCoinbase({
        restUrl: environment['COINBASE_REST_URL'] ?? '',
        keyName: environment['COINBASE_API_KEY_NAME'] ?? '',
        privateKey: environment['COINBASE_API_PRIVATE_KEY'] ?? '',
        requestsPerSecond: 30,
      });
      expect(await exchange.listOrders({}, 'urgent')).toEqual({ orders: [], unreadable: [] });

      child.removeAllListeners('exit');
      child.kill('SIGINT');
      const [status] = (await deadline(once(child, 'exit'), 30_000, 'its end')) as [number];
      expect(status).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('serves TLS with a certificate that it keeps, and says where that is', async () => {
    const printed: string[] = [];
    for (let start = 0; start < 2; start += 1) {
      const running = await startSimulatorVerb('--tls');
      printed.push(running.printed);
      running.child.removeAllListeners('exit');
      running.child.kill('SIGKILL');
    }
    const file = join(folder, '.order-sync', 'simulator-certificate.pem');
    expect((await stat(join(folder, '.order-sync', 'simulator-certificate-key.pem'))).mode & 0o777).toBe(0o600);
    expect(new X509Certificate(await readFile(file)).subjectAltName).toContain('127.0.0.1');
    for (const each of printed) {
      expect(each).toMatch(/at https:\/\/127\.0\.0\.1:\d+\./);
      expect(each).toMatch(/^export NODE_EXTRA_CA_CERTS='.*simulator-certificate\.pem'$/m);
    }
  });

  it('plays the scenario of a file', async () => {
    const file = join(folder, 'scenario.json');
    const rule = { match: { endpoint: 'getTime' }, do: { kind: 'answer', when: 'before', status: 503, body: 'N/A' } };
    await writeFile(file, JSON.stringify({ faults: [rule] }));
    const { child, printed } = await startSimulatorVerb('--scenario', file);
    try {
      const url = /at (http\S+)\./.exec(printed)?.[1];
      expect((await fetch(`${url}/api/v3/brokerage/time`)).status).toBe(503);
    } finally {
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
    }
  });

  it.each([
    ['no-such.json', null, 'ENOENT'],
    ['not.json', 'plans: []', 'it is not JSON: '],
    ['wrong.json', '{"faults":[{"match":{},"do":{"kind":"hang"}}]}', 'scenario.faults[0].do.when must be one of'],
  ])('names what is wrong with the scenario of %s, and starts nothing', async (name, text, message) => {
    const file = join(folder, name);
    if (text !== null) await writeFile(file, text);
    const { status, out, err } = await commandLine()('simulator', '--port', '0', '--scenario', file);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(`error: --scenario ${file}: `);
    expect(err).toContain(message);
  });

  it('says that the port is taken, and what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const run = promisify(execFile)(process.execPath, [MAIN, 'simulator', '--port', String(port)], {
        cwd: folder,
        timeout: 60_000,
      });
      await expect(run).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(new RegExp(`^error: port ${port} is taken: .*--port 0\n$`)),
      });
    } finally {
      server.close();
    }
  });
});
