/** A whole engine on embedded servers and the simulated exchange, with everything on that has metrics. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { workflowIdOf } from '../../../src/domain/order/order-request.ts';
import { startEngine } from '../../../src/engine/engine.ts';
import { installRuntime } from '../../../src/engine/runtime.ts';
import { readSettings } from '../../../src/engine/settings/settings.ts';
import { freePort } from '../../../src/local/free-port.ts';
import { startLocalServices } from '../../../src/local/local-services.ts';
import { createLog } from '../../../src/process/log.ts';
import { Secret } from '../../../src/process/secret.ts';
import { buildWorkflowBundle } from '../../../src/temporal/workflow-bundle.ts';
import type { Api } from './bots.ts';
import type { Surroundings } from './incidents.ts';

export interface ObservedEngine extends Surroundings {
  /** Of its HTTP interface: host, port and what lets a reader in. */
  target: string;
  token: string;
  stop(): Promise<void>;
}

const TOKEN = 'the-token-of-the-picture';

export async function startObservedEngine(onProgress: (line: string) => void): Promise<ObservedEngine> {
  await using resources = new AsyncDisposableStack();
  const log = createLog({ level: 'error' });
  const temporalMetricsAddress = `127.0.0.1:${await freePort()}`;
  installRuntime(log, temporalMetricsAddress);
  const workflowBundle = buildWorkflowBundle();
  const folder = await mkdtemp(join(tmpdir(), 'order-sync-picture-'));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  const services = await startLocalServices({ settings: readSettings({}), dataFolder: null, onProgress });
  resources.defer(() => services.stop());
  const { simulator } = services;
  if (simulator === null) throw new Error('the picture needs the simulated exchange');
  const watchdog = createServer((_request, response) => response.end('OK'));
  await new Promise<void>((done) => watchdog.listen(0, '127.0.0.1', done));
  resources.defer(() => void watchdog.close());
  const engine = await startEngine({
    ...services,
    workflowBundle,
    log,
    http: { host: '127.0.0.1', port: 0, token: new Secret(TOKEN) },
    reconcileEverySeconds: 15,
    archive: { everySeconds: 60, keepDays: null, buildsFolder: join(folder, 'builds') },
    heartbeatUrl: new Secret(`http://127.0.0.1:${(watchdog.address() as AddressInfo).port}/`),
    logFiles: { keyFile: join(folder, 'log-keys'), headsFile: join(folder, 'log-heads') },
    temporalMetricsAddress,
  });
  resources.defer(() => engine.stop());
  const connection = await Connection.connect({ address: services.temporal.address });
  resources.defer(() => connection.close());
  const { workflow } = new Client({ connection, namespace: services.namespace });
  const url = engine.http?.url ?? '';
  const opened = resources.move();
  return {
    api: apiAt(url),
    simulator,
    terminate: async (clientOrderId) => void (await workflow.getHandle(workflowIdOf(clientOrderId)).terminate()),
    target: new URL(url).host,
    token: TOKEN,
    stop: () => opened.disposeAsync(),
  };
}

/** What the engine refuses is an answer too. */
function apiAt(url: string): Api {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const ask = async (path: string, init: RequestInit): Promise<unknown> => {
    const response = await fetch(`${url}/api/v1/${path}`, { ...init, headers });
    return response.json();
  };
  return {
    get: (path) => ask(path, {}),
    post: (path, body) => ask(path, { method: 'POST', body: JSON.stringify(body) }),
  };
}
