import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../../src/local/free-port.ts';
import { startTemporal } from '../../src/local/temporal.ts';
import { eventually } from '../support/waiting.ts';

const folder = mkdtempSync(join(tmpdir(), 'order-sync-local-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the embedded Temporal server', () => {
  it('has the search attributes of an order when it is ready', async () => {
    const server = await startTemporal();
    try {
      const attributes = await withClient(server.address, async (client) => {
        const { customAttributes } = await client.connection.operatorService.listSearchAttributes({
          namespace: 'default',
        });
        return Object.keys(customAttributes);
      });
      expect(attributes).toEqual(
        expect.arrayContaining(['OrderStatus', 'BotId', 'ProductId', 'ExchangeOrderId', 'StaleSince']),
      );
    } finally {
      await server.stop();
    }
  });

  it('serves a namespace of another name, and its web interface', async () => {
    const server = await startTemporal({ namespace: 'trading', uiPort: await freePort() });
    try {
      expect((await fetch(`${server.uiUrl}/namespaces/trading/workflows`)).status).toBe(200);
      await withClient(server.address, (client) => client.workflowService.describeNamespace({ namespace: 'trading' }));
    } finally {
      await server.stop();
    }
  });

  it('refuses requests of a web page, whatever name the page has bound to 127.0.0.1', async () => {
    const server = await startTemporal({ uiPort: await freePort() });
    const start = `/api/v1/namespaces/default/workflows/order-evil`;
    const body = JSON.stringify({ workflowType: { name: 'orderWorkflow' }, taskQueue: { name: 'orders' } });
    const simple = { 'content-type': 'text/plain' };
    try {
      const ui = new URL(server.uiUrl ?? '');
      const list = { port: Number(ui.port), path: '/api/v1/namespaces' };
      await eventually(async () => (await statusOf({ ...list, headers: { host: ui.host } })) === 200, {
        withinMs: 10_000,
        what: 'the interface to be ready',
      });
      expect(await statusOf({ ...list, headers: { host: `localhost:${ui.port}` } })).toBe(200);
      expect(await statusOf({ ...list, headers: { host: 'evil.example' } })).toBe(403);
      expect(await statusOf({ ...list, headers: { host: `127.0.0.1.evil.example:${ui.port}` } })).toBe(403);
      const post = { port: Number(ui.port), path: start, method: 'POST', body };
      const crossSite = { ...simple, host: ui.host, 'sec-fetch-site': 'cross-site' };
      expect(await statusOf({ ...post, headers: crossSite })).toBe(403);
      expect(await statusOf({ ...post, headers: { ...simple, host: ui.host, origin: 'http://evil.example' } })).toBe(
        403,
      );

      // A page can try every port of 127.0.0.1: whatever the server listens on there.
      for (const port of process.platform === 'linux' ? listeningPorts(server.pid, '127.0.0.1') : []) {
        for (const host of ['evil.example', `127.0.0.1:${port}`]) {
          const answer = { port, path: start, method: 'POST', body, headers: { ...simple, host } };
          expect(await statusOf(answer)).not.toBe(200);
          expect(await statusOf({ port, path: '/api/v1/namespaces', headers: { host } })).not.toBe(200);
        }
      }
      const describe = (client: Client) => client.workflow.getHandle('order-evil').describe();
      await expect(withClient(server.address, describe)).rejects.toThrow(/not found/);
    } finally {
      await server.stop();
    }
  });

  it('keeps its workflows from run to run when it has a folder', async () => {
    const dataDir = join(folder, 'kept');
    const first = await startTemporal({ dataDir });
    await withClient(first.address, (client) =>
      client.workflow.start('anything', { workflowId: 'kept', taskQueue: 'nobody' }),
    );
    await first.stop();
    expect((statSync(dataDir).mode & 0o777).toString(8)).toBe('700');

    const second = await startTemporal({ dataDir });
    try {
      const { status } = await withClient(second.address, (client) => client.workflow.getHandle('kept').describe());
      expect(status.name).toBe('RUNNING');
    } finally {
      await second.stop();
    }
  });

  it('says why it ended while it was starting, although its folder is deleted', async () => {
    await expect(startTemporal({ settings: { 'matching.enableFairness': 'perhaps' } })).rejects.toThrow(
      /The Temporal server ended while it was starting.*invalid JSON value/s,
    );
  });

  it('is gone after stop', async () => {
    const server = await startTemporal();
    await server.stop();
    expect(() => process.kill(server.pid, 0)).toThrow('ESRCH');
  });
});

interface Asked {
  port: number;
  path: string;
  method?: string;
  headers: Record<string, string>;
  body?: string;
}

/** With the headers as they are given, which `fetch` does not send; null where no HTTP is spoken. */
function statusOf({ port, path, method = 'GET', headers, body }: Asked): Promise<number | null> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, timeout: 2_000 }, (response) => {
      response.resume().once('close', () => resolve(response.statusCode ?? null));
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(null));
    asked.end(body);
  });
}

/** As `/proc` tells it: at least the ports of gRPC and of the HTTP interface. */
function listeningPorts(pid: number, host: string): number[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]),
  );
  const bytes = host.split('.').toReversed();
  const address = bytes.map((byte) => Number(byte).toString(16).toUpperCase().padStart(2, '0')).join('');
  const ports = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state, , , , , , inode]) => {
      return state === '0A' && local.startsWith(address) && sockets.has(inode);
    })
    .map(([, local = '']) => Number.parseInt(local.split(':')[1] ?? '', 16));
  if (ports.length < 2) throw new Error(`process ${pid} listens on ${ports.length} ports of ${host}`);
  return ports;
}

async function withClient<T>(address: string, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}
