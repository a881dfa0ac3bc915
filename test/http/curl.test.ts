import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { limitOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { SLOW } from '../support/policies.ts';
import { monitored } from '../support/scenario.ts';

const ADDRESS = 'http://127.0.0.1:8080';

interface Ran {
  command: string;
  status: number;
  output: string;
}

let test: TestEngine;
let url: string;
let commands: string[];
beforeAll(async () => {
  test = await startTestEngine({ push: true, http: { host: '127.0.0.1', port: 0, token: null } });
  url = test.engine.http?.url ?? '';
  const page = await readFile('docs/curl.md', 'utf8');
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
  commands = blocks.flatMap((block) => block.split(/\n(?=curl|until)/)).map((command) => command.trim());
});
afterAll(() => test?.stop());

function run(command: string): Promise<Ran> {
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', command.replaceAll(ADDRESS, url)], { timeout: 20_000 }, (error, stdout, stderr) =>
      resolve({ command, status: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr }),
    );
  });
}

/** Open in the database, and no longer known at the exchange. */
async function forgottenOrder(clientOrderId: string): Promise<void> {
  await monitored(test, limitOrder({ clientOrderId, botId: 'bot5-before', policy: SLOW }));
  test.simulator.exchange.act(clientOrderId, { do: 'purge' });
}

describe('docs/curl.md', () => {
  it('has commands that all succeed, and answer what the page says', async () => {
    await forgottenOrder('bot5-lost');
    const ran: Ran[] = [];
    for (const command of commands) ran.push(await run(command));

    expect(ran.filter(({ status }) => status !== 0)).toEqual([]);
    const output = (part: string): string => ran.find(({ command }) => command.includes(part))?.output ?? '';
    const answer = (part: string): unknown => JSON.parse(output(part));
    expect(answer('can-trade?product_id')).toEqual({ allowed: true, blocking: [] });
    expect(answer('api/v1/orders -H')).toMatchObject({ client_order_id: 'bot5-curl-0001' });
    expect(answer('orders/bot5-curl-0001')).toMatchObject({
      client_order_id: 'bot5-curl-0001',
      events: expect.any(Array),
      fills: [],
    });
    expect(answer('sync-order-status')).toMatchObject({ coinbase: { status: 'OPEN' }, requested_by: 'alice' });
    expect(answer('bot5-lost/resolve')).toMatchObject({ status: 'failed', reason: 'RESOLVED_BY_OPERATOR' });
    expect(answer('status=cancelled')).toMatchObject({ items: [{ client_order_id: 'bot5-curl-0001' }] });
    expect(output('text/event-stream')).toMatch(/^id: \S+\ndata: \{.*"cause":"intent"/m);
    expect(answer('/halt -H')).toMatchObject({ items: [{ bot_id: 'bot5', requested_by: 'alice' }] });
    expect(answer('/resume')).toEqual({ items: [] });
  }, 90_000);

  it('has a command for each operation of the interface', async () => {
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, object> };
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({
        method,
        pattern: new RegExp(`8080${path.replace(/\{\w+\}/g, '[^/ ]+')}(?=[ '?]|$)`),
      })),
    );
    expect(operations.length).toBeGreaterThan(15);
    const missing = operations.filter(
      ({ method, pattern }) =>
        !commands.some((command) => pattern.test(command) && /\s-d\s/.test(command) === (method === 'post')),
    );
    expect(missing).toEqual([]);
  });
});
