/** What Temporal is given is encrypted, and everything works as ever: orders, audits, and a change of the key. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, type WorkflowFailedError } from '@temporalio/client';
import { historyToJSON, type JSONPayload } from '@temporalio/common/lib/proto-utils.js';
import { ReplayPool } from '../../src/audit/replay/replay-pool.ts';
import { encryptedPayloads, OrderSyncClient, PayloadKeyMissingError } from '../../src/client/index.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import { makePayloadKey } from '../../src/encryption/payload-keys.ts';
import { keepBuild } from '../../src/temporal/builds.ts';
import { commandLine, type CommandLine } from '../cli/command-line.ts';
import { archive } from '../support/archiving.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { workflowBundle } from '../support/resources.ts';
import { eventually } from '../support/waiting.ts';

const OLD = makePayloadKey('old');
const NEW = makePayloadKey('new');

let test: TestEngine;
let orders: OrderSyncClient;
let withKey: CommandLine;
let withoutKey: CommandLine;
const replayPool = new ReplayPool(1);
const folder = mkdtempSync(join(tmpdir(), 'order-sync-encrypted-'));

beforeAll(async () => {
  const builds = join(folder, 'builds');
  await keepBuild(builds, workflowBundle());
  test = await startTestEngine({ payloadKeys: OLD, push: true, http: { host: '127.0.0.1', port: 0, token: null } });
  orders = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
  const { ORDER_SYNC_PAYLOAD_KEYS: _keys, ...others } = test.environment;
  const environment = { ...others, ORDER_SYNC_BUILDS_DIR: builds };
  const { taskQueue } = test;
  withKey = commandLine({ environment: { ...environment, ORDER_SYNC_PAYLOAD_KEYS: OLD }, taskQueue, replayPool });
  withoutKey = commandLine({ environment, taskQueue, replayPool });
});
afterAll(async () => {
  replayPool.close();
  await test?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** As whoever runs Temporal reads it: with every Base64 in it decoded. */
async function rawHistory(clientOrderId: string): Promise<{ text: string; plain: string[] }> {
  const history = await test.client.workflow.getHandle(workflowIdOf(clientOrderId)).fetchHistory();
  const plain: string[] = [];
  const text = JSON.stringify(JSON.parse(historyToJSON(history)), (name, value: unknown) => {
    const { metadata, data } = (value ?? {}) as JSONPayload;
    const decoded = (text = '') => Buffer.from(text, 'base64').toString();
    // Search attributes have a type.
    if (metadata && !metadata['type'] && decoded(metadata['encoding']) !== 'binary/encrypted')
      plain.push(decoded(data ?? ''));
    return name === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString('latin1') : value;
  });
  return { text, plain };
}

async function rest(): Promise<string> {
  const request = limitOrder({ policy: QUICK });
  await orders.place(request);
  await test.untilState(request.clientOrderId, ({ status }) => status === 'pending');
  return request.clientOrderId;
}

describe('with payload keys', () => {
  it('an order is traded, and its history tells nothing of the request and the answers', async () => {
    const request = marketOrder({ orderConfiguration: { market_market_ioc: { quote_size: '13.37' } } });
    await orders.place(request);
    const { status, averageFilledPrice } = await orders.waitForRelease(request.clientOrderId);
    expect(status).toBe('completed');

    const { text, plain } = await rawHistory(request.clientOrderId);
    expect(text).toContain('OrderStatus');
    for (const plaintext of ['13.37', 'market_market_ioc', 'BUY', 'FILLED', String(averageFilledPrice)])
      expect(text).not.toContain(plaintext);
    // Temporal's own note of a local activity.
    expect(plain).toEqual([expect.stringMatching(/^\{"seq":1,.*"activity_type":"openOrder"/)]);
  });

  it('a refusal’s words are encrypted, too, and its type is not', async () => {
    const request = { ...marketOrder(), side: 'SIDEWAYS' };
    const failed: unknown = await (await test.start(request)).result().catch((error: unknown) => error);

    expect((failed as WorkflowFailedError).cause?.message).toContain('SIDEWAYS');
    const { text } = await rawHistory(request.clientOrderId);
    expect(text).toContain('InvalidOrderRequest');
    expect(text).not.toContain('SIDEWAYS');
  });

  it('a resting order is read, synced and cancelled', async () => {
    const id = await rest();
    expect(await orders.state(id)).toMatchObject({ status: 'pending' });
    expect(await orders.sync(id, { requestedBy: 'ann' })).toMatchObject({ coinbase: { status: 'OPEN' } });
    await orders.cancel(id, { requestedBy: 'ann', reason: 'no more' });
    expect(await orders.waitForRelease(id)).toMatchObject({ status: 'cancelled' });
  });

  it('the feed’s heartbeats are read', async () => {
    const { url } = test.engine.http ?? { url: '' };
    const ready = async () => ((await fetch(`${url}/readyz`)).status === 200 ? true : undefined);
    expect(await eventually(ready, { withinMs: 20_000, what: 'an engine that is ready' })).toBe(true);
  });

  it('a client without the key is plaintext that it is missing', async () => {
    const id = await rest();
    const keyless = new OrderSyncClient(
      new Client({ connection: test.client.connection, dataConverter: encryptedPayloads(NEW) }),
      { taskQueue: test.taskQueue },
    );
    await expect(keyless.state(id)).rejects.toThrow(PayloadKeyMissingError);
    await expect(keyless.state(id)).rejects.toThrow('the key "old", which is not among the payload keys (new)');
    expect((await withoutKey('sync', id)).err).toContain('the key "old", and no payload keys are given');
    expect((await withKey('cancel', id)).status).toBe(0);
  });
});

describe('an audit', () => {
  let id: string;
  beforeAll(async () => {
    const request = marketOrder();
    await orders.place(request);
    await orders.waitForRelease(request.clientOrderId);
    id = request.clientOrderId;
  });

  it('verifies, shows and exports with the key, and the bundle needs none', async () => {
    const bundle = join(folder, 'bundle');
    expect(await withKey('audit', 'verify', id)).toMatchObject({ status: 0, err: '' });
    expect((await withKey('audit', 'show', id)).out).toContain('FILLED');
    expect(await withKey('audit', 'export', id, '--out', bundle)).toMatchObject({ status: 0, err: '' });
    expect(await withoutKey('audit', 'verify', bundle)).toMatchObject({ status: 0 });
  });

  it('says which key is missing', async () => {
    const verified = await withoutKey('audit', 'verify', id);
    expect(verified.status).toBe(1);
    expect(verified.err).toMatch(/cannot be replayed: the history of run \S+ cannot be read: .*the key "old"/);

    const bundle = join(folder, 'sealed');
    const exported = await withoutKey('audit', 'export', id, '--out', bundle);
    expect(exported.status).toBe(1);
    expect(exported.err).toContain('1 of the 1 orders cannot be replayed from this bundle');
    expect((await withoutKey('audit', 'verify', bundle)).status).toBe(1);
    expect((await withKey('audit', 'verify', bundle)).status).toBe(0);
  });

  it('needs no key for what is archived', async () => {
    await eventually(
      async () => {
        await archive(test);
        return (await test.engine.database.histories.runsOf(id)).length > 0 || undefined;
      },
      { withinMs: 20_000, what: 'the archived run' },
    );
    expect(await withoutKey('audit', 'verify', id)).toMatchObject({ status: 0, err: '' });
  });
});

describe('a change of the key', () => {
  it('leaves open orders to a worker that has the old one, and goes on with both', async () => {
    const id = await rest();
    await test.down();
    await test.up(NEW);
    await orders.requestSync(id);
    const handle = test.client.workflow.getHandle(workflowIdOf(id));
    const isRefused = async () => {
      const { events = [] } = await handle.fetchHistory();
      return events?.some(({ workflowTaskFailedEventAttributes: failed }) => failed) || undefined;
    };
    await eventually(isRefused, { withinMs: 20_000, what: 'a task that is left to others' });

    await test.down();
    await test.up(`${NEW}\n${OLD}`);
    const bothKeys = new OrderSyncClient(
      new Client({ connection: test.client.connection, dataConverter: encryptedPayloads(`${NEW} ${OLD}`) }),
      { taskQueue: test.taskQueue },
    );
    await bothKeys.cancel(id, { timeoutMs: 30_000 });
    expect(await bothKeys.waitForRelease(id)).toMatchObject({ status: 'cancelled' });
    const line = commandLine({
      environment: {
        ...test.environment,
        ORDER_SYNC_PAYLOAD_KEYS: `${NEW} ${OLD}`,
        ORDER_SYNC_BUILDS_DIR: join(folder, 'builds'),
      },
      taskQueue: test.taskQueue,
    });
    expect(await line('audit', 'verify', id)).toMatchObject({ status: 0, err: '' });
  });
});
