import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLinkProxy, type LinkProxy } from '../links/link-proxy.ts';
import { everyHistoryEvent, everyRow } from '../support/everything-kept.ts';
import { limitOrder, marketOrder } from '../support/engine.ts';
import { eventually } from '../support/waiting.ts';
import { startWorkerFixture, type WorkerFixture } from '../support/worker-fixture.ts';

const TOKEN = 'correct-horse-battery-staple';
const WEBHOOK_PATH = '/services/T0123/Zq4yWebhookSecret0123456';

let fixture: WorkerFixture;
let database: LinkProxy;
const servers: Server[] = [];
/** The authorization of every request that reached the exchange. */
const jwts = new Set<string>();

async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Every third answer is that of a broken gateway, which shows the whole request. */
function indiscreetGateway(exchangeUrl: string): RequestListener {
  let count = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
    const { method = 'GET', url = '/', headers } = request;
    const { authorization = '' } = headers;
    if (authorization !== '') jwts.add(authorization.replace('Bearer ', ''));
    const body = await text(request);
    count += 1;
    if (count % 3 === 0) return response.writeHead(502).end(`cannot forward ${JSON.stringify({ headers, body })}`);
    const sent = { method, headers: { authorization, 'content-type': 'application/json' } };
    const truth = await fetch(exchangeUrl + url, method === 'GET' ? sent : { ...sent, body });
    return response.writeHead(truth.status).end(await truth.text());
  };
  // A request that was given up has nobody to answer to.
  return (request, response) => void answer(request, response).catch(() => response.destroy());
}

beforeAll(async () => {
  const webhook = await listen((request, response) => {
    response.writeHead(500).end(`no hook at ${request.url}`);
  });
  fixture = await startWorkerFixture({
    environment: async (usual) => {
      database = await startLinkProxy(usual['DATABASE_URL'] ?? '');
      return {
        DATABASE_URL: database.target,
        COINBASE_REST_URL: await listen(indiscreetGateway(usual['COINBASE_REST_URL'] ?? '')),
        ORDER_SYNC_ALERT_WEBHOOK_URL: webhook + WEBHOOK_PATH,
        ORDER_SYNC_HTTP_TOKEN: TOKEN,
        ORDER_SYNC_LOG_LEVEL: 'trace',
        RECONCILE_EVERY_SECONDS: '1',
      };
    },
  });
});
afterAll(async () => {
  await fixture?.stop();
  await database?.close();
  for (const server of servers) server.closeAllConnections();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
});

type Line = Record<string, unknown>;

function lines(): Line[] {
  const whole = fixture.worker.log().split('\n').slice(0, -1);
  return whole.map((line) => JSON.parse(line) as Line);
}

function untilLogged(what: string, fits: (line: Line) => boolean): Promise<Line> {
  return eventually(() => lines().find(fits), { withinMs: 30_000, what });
}

describe('a run with faults', () => {
  it('leaves no secret in log, metrics, tables or histories, and a log of JSON that names the orders', async () => {
    const stale = marketOrder({ policy: { immediateCheckAttempts: 1, monitorForMs: 1_000 } });
    fixture.simulator.exchange.setPlan(stale, {});
    const resting = limitOrder();
    const handles = await Promise.all([stale, resting, marketOrder(), marketOrder()].map(fixture.start));
    await untilLogged('the alert', ({ alert }) => alert === 'stale');
    await handles[1]?.signal('manualSync');
    const { http } = await untilLogged('the address', ({ message }) => message === 'the engine runs');
    for (const token of [TOKEN, 'wrong-horse']) {
      const headers = { authorization: `Bearer ${token}` };
      await fetch(`${String(http)}/api/v1/trades?limit=1`, { headers });
    }
    database.fail({ kind: 'cut', connections: 'existing' });
    for (const clientId of [stale, resting]) fixture.simulator.exchange.act(clientId.clientOrderId, { do: 'fill' });
    await Promise.all(handles.map(fixture.outcomeOf));
    const sync = await untilLogged('the manual sync', ({ message }) => message === 'manual sync');
    await untilLogged('a broken answer', (line) => JSON.stringify(line).includes('cannot forward'));
    const metrics = await (await fetch(`${String(http)}/metrics`)).text();
    expect(await fixture.worker.terminate()).toBe(0);

    expect(sync).toMatchObject({
      level: 'info',
      clientOrderId: resting.clientOrderId,
      workflowId: `order-${resting.clientOrderId}`,
      botId: resting.botId,
      orderId: expect.any(String),
    });
    expect(lines()).toContainEqual(expect.objectContaining({ message: 'an alert did not reach the webhook' }));
    expect(lines()).toContainEqual(expect.objectContaining({ route: '/api/v1/trades', status: 401 }));
    const { DATABASE_URL: databaseUrl = '', COINBASE_API_PRIVATE_KEY: privateKey = '' } = fixture.settings;
    const password = new URL(databaseUrl).password;
    const secrets = [password, TOKEN, ...WEBHOOK_PATH.split('/').slice(-1), ...keyLines(privateKey), ...jwts];
    expect(jwts.size).toBeGreaterThan(0);
    expect(password).not.toBe('');
    const forms = /eyJ[\w-]+\.|PRIVATE KEY-|taskToken|wrong-horse/;
    const tells = (line: string): boolean => forms.test(line) || secrets.some((secret) => line.includes(secret));
    const texts = {
      log: fixture.worker.log().split('\n'),
      metrics: metrics.split('\n'),
      tables: await everyRow(databaseUrl),
      histories: await everyHistoryEvent(fixture.client),
    };
    for (const [where, written] of Object.entries(texts)) {
      expect([where, written.length > 10]).toEqual([where, true]);
      expect([where, written.filter(tells)]).toEqual([where, []]);
    }
    expect(texts.histories.join()).toContain(resting.clientOrderId);
    expect(texts.tables.join()).toContain(resting.clientOrderId);
  });
});

function keyLines(pem: string): string[] {
  return pem.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));
}
