/** Temporal over TLS, with an API key and with a client's certificate, by its own environment configuration. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OrderSyncClient } from '../../src/client/index.ts';
import { readSettings } from '../../src/engine/settings/settings.ts';
import { temporalOptions } from '../../src/local/locations.ts';
import { createLog } from '../../src/process/log.ts';
import { connectTemporal } from '../../src/temporal/connection.ts';
import { commandLine } from '../cli/command-line.ts';
import { marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { testServers } from '../support/servers.ts';
import { temporalAddress } from '../support/resources.ts';
import { createAuthority, type Authority, type CertificateFiles } from './certificates.ts';
import { startSecuredTemporal, type SecuredTemporal } from './secured-temporal.ts';

const API_KEY = 'a-key-that-must-not-be-seen';

let folder: string;
let authority: Authority;
let client: CertificateFiles;
let cloud: SecuredTemporal;
let mutual: SecuredTemporal;
let expired: SecuredTemporal;
let otherAuthority: Authority;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'order-sync-tls-'));
  [authority, otherAuthority] = [await createAuthority(folder, 'ours'), await createAuthority(folder, 'another')];
  client = await authority.issue('worker');
  const target = temporalAddress();
  const certificate = await authority.issue('server');
  cloud = await startSecuredTemporal({ target, certificate, apiKey: API_KEY });
  mutual = await startSecuredTemporal({ target, certificate, clientCa: authority.caPem });
  expired = await startSecuredTemporal({ target, certificate: await authority.issue('expired', { expired: true }) });
});
afterAll(async () => {
  for (const server of [cloud, mutual, expired]) await server?.close();
  await rm(folder, { recursive: true });
});

type Environment = Record<string, string>;

const withKey = (): Environment => ({
  TEMPORAL_ADDRESS: cloud.address,
  TEMPORAL_API_KEY: API_KEY,
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: authority.ca,
});
const withCertificate = (): Environment => ({
  TEMPORAL_ADDRESS: mutual.address,
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: authority.ca,
  TEMPORAL_TLS_CLIENT_CERT_PATH: client.cert,
  TEMPORAL_TLS_CLIENT_KEY_PATH: client.key,
});

describe.each([
  ['with an API key', withKey],
  ['with a certificate of the client', withCertificate],
])('Temporal over TLS %s', (_name, settings) => {
  let test: TestEngine;
  let environment: Environment;
  beforeAll(async () => {
    const temporal = temporalOptions(readSettings(settings()).temporal);
    test = await startTestEngine({ temporal });
    environment = { ...test.environment, ...settings() };
  });
  afterAll(() => test?.stop());

  it('the worker, the client and the commands trade', async () => {
    const orders = await OrderSyncClient.connect({
      ...temporalOptions(readSettings(settings()).temporal),
      taskQueue: test.taskQueue,
    });
    const request = marketOrder();
    await orders.place(request);
    expect(await orders.waitForRelease(request.clientOrderId)).toMatchObject({ status: 'completed' });
    await orders.close();

    const line = commandLine({ environment, taskQueue: test.taskQueue });
    const synced = await line('sync', request.clientOrderId, '--json');
    expect(synced).toMatchObject({ status: 0 });
  });

  it('the doctor finds Temporal in order', async () => {
    const { out } = await commandLine({ environment, taskQueue: test.taskQueue })('doctor', '--json');
    const { findings } = JSON.parse(out) as { findings: { check: string; level: string; says: string }[] };
    const ofTemporal = ['temporal', 'namespace', 'search attributes', 'worker'];
    expect(findings.filter(({ check, level }) => ofTemporal.includes(check) && level !== 'ok')).toEqual([]);
    expect(out).not.toContain(API_KEY);
  });
});

describe('what is wrong with the connection to Temporal', () => {
  const toCloud = (): Environment => ({ ...withKey(), TEMPORAL_API_KEY: '' });
  const cases: [what: string, settings: () => Environment, says: RegExp][] = [
    [
      'another authority',
      () => ({ ...withKey(), TEMPORAL_TLS_SERVER_CA_CERT_PATH: otherAuthority.ca }),
      /SERVER_CA_CERT_PATH/,
    ],
    ['no authority', () => ({ ...withKey(), TEMPORAL_TLS_SERVER_CA_CERT_PATH: '' }), /SERVER_CA_CERT_PATH/],
    ['plain text to TLS', () => ({ TEMPORAL_ADDRESS: cloud.address }), /it speaks TLS: set TEMPORAL_TLS=true/],
    [
      'TLS to plain text',
      () => ({ TEMPORAL_ADDRESS: temporalAddress(), TEMPORAL_TLS: 'true' }),
      /it does not speak TLS there/,
    ],
    [
      'an expired certificate',
      () => ({ ...withKey(), TEMPORAL_ADDRESS: expired.address }),
      /its certificate has expired/,
    ],
    ['another name', () => ({ ...withKey(), TEMPORAL_TLS_SERVER_NAME: 'elsewhere' }), /TEMPORAL_TLS_SERVER_NAME/],
    ['no certificate', () => ({ ...toCloud(), TEMPORAL_ADDRESS: mutual.address }), /TEMPORAL_TLS_CLIENT_CERT_PATH/],
  ];

  // All at once, because commands wait for some seconds before they give up.
  const outputs = new Map<string, { worker: string; placing: string; doctor: string }>();
  beforeAll(async () => {
    await Promise.all(cases.map(async ([what, settings]) => outputs.set(what, await outputsOf(settings()))));
  });

  it.each(cases)('is reported by workers, commands and the doctor: %s', (what, _settings, says) => {
    const { worker, placing, doctor } = outputs.get(what) ?? {};
    expect(worker).toMatch(says);
    expect(worker).toMatch(/^Cannot connect to Temporal at /);
    expect(placing).toMatch(says);
    expect(doctor).toMatch(says);
  });

  it.each([
    ['no API key', toCloud],
    ['a wrong API key', () => ({ ...withKey(), TEMPORAL_API_KEY: 'wrong-and-not-to-be-seen' })],
  ])('is reported by workers and commands: %s', async (_what, settings) => {
    expect(await failureOfWorker(settings())).toMatch(/it refuses the caller: check TEMPORAL_API_KEY/);
    const line = commandLine({ environment: settings() });
    const { err } = await line('place', '--bot', 'bot7', '--product', 'BTC-USD', '--side', 'BUY', '--quote-size', '1');
    expect(err).toContain('refuses the caller: check the API key');
    expect(err).not.toContain('not-to-be-seen');
  });
});

async function outputsOf(settings: Environment): Promise<{ worker: string; placing: string; doctor: string }> {
  const line = commandLine({ environment: { ...settings, DATABASE_URL: testServers().databaseUrl } });
  const [worker, placing, doctor] = await Promise.all([
    failureOfWorker(settings),
    line('place', '--bot', 'bot7', '--product', 'BTC-USD', '--side', 'BUY', '--quote-size', '1'),
    line('doctor', '--json'),
  ]);
  const { findings } = JSON.parse(doctor.out) as { findings: { check: string; says: string }[] };
  const found = findings.find(({ check }) => check === 'temporal');
  return { worker, placing: placing.err, doctor: found?.says ?? 'nothing' };
}

async function failureOfWorker(settings: Environment): Promise<string> {
  const options = temporalOptions(readSettings(settings).temporal);
  return connectTemporal(options, createLog({ level: 'error' })).then(
    async ({ close }) => {
      await close();
      return 'it is connected';
    },
    (error: Error) => error.message,
  );
}
