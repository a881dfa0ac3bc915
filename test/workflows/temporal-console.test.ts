/** docs/operations.md shows what Temporal's own command line prints: each command is run as it stands there. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { delimiter, dirname } from 'node:path';
import { promisify } from 'node:util';
import { OrderSyncClient } from '../../src/client/index.ts';
import { ensureTemporalCli } from '../../src/local/temporal-cli.ts';
import { limitOrder, marketOrder } from '../support/engine.ts';
import { SLOW } from '../support/policies.ts';
import { eventually } from '../support/waiting.ts';
import { startWorkerStage, type WorkerStage } from '../support/worker-stage.ts';

interface Shown {
  command: string;
  prints: string[];
}

let stage: WorkerStage;
let orders: OrderSyncClient;
let environment: Record<string, string>;
// A server of its own: a batch job reaches every order of its namespace.
beforeAll(async () => {
  const cli = await ensureTemporalCli(() => undefined);
  stage = await startWorkerStage();
  const { PATH = '', HOME = '' } = process.env;
  const address = stage.settings['TEMPORAL_ADDRESS'] ?? '';
  orders = await OrderSyncClient.connect({ address });
  environment = { HOME, PATH: `${dirname(cli)}${delimiter}${PATH}`, TEMPORAL_ADDRESS: address };
});
afterAll(async () => {
  await orders?.close();
  await stage?.stop();
});

async function print(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { env: environment, timeout: 60_000 });
  return stdout;
}

async function consoleOf(document: string): Promise<Shown[]> {
  const text = await readFile(new URL(`../../docs/${document}`, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block]) => block ?? '');
  return blocks
    .join('')
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...prints] = part.trimEnd().split('\n');
      return { command, prints };
    });
}

/** A line that is `…` stands for any lines, and `…` within a line for any text. The width of columns does not count. */
function patternOf(prints: readonly string[]): RegExp {
  const lines = prints.map((line) => {
    if (line === '…') return '(?:.*\\n)*?';
    return `${packed(line)
      .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('…', '.*')}\\n`;
  });
  return new RegExp(`^${lines.join('')}$`);
}

function packed(text: string): string {
  return text.replaceAll(/ +/g, ' ').trim();
}

function linesOf(printed: string): string {
  const lines = printed.split('\n').map(packed);
  return lines
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('');
}

async function orderWith(status: string, order: Parameters<typeof marketOrder>[0], make = limitOrder): Promise<void> {
  const request = make({ ...order, policy: { ...SLOW, ...order?.policy } });
  stage.simulator.exchange.setPlan(request, {});
  await orders.place(request);
  await eventually(async () => (await stage.database.trades.find(request.clientOrderId))?.status === status, {
    withinMs: 20_000,
    what: `${request.clientOrderId} to be ${status}`,
  });
}

it('prints what docs/operations.md shows', async () => {
  await orderWith('stale', { clientOrderId: 'bot7-1', policy: { monitorForMs: 1_000 } }, marketOrder);
  await orderWith('pending', { clientOrderId: 'bot7-2' });
  await orderWith('pending', { clientOrderId: 'bot9-1', botId: 'bot9' });
  stage.simulator.exchange.act('bot9-1', { do: 'purge' });
  const shown = await consoleOf('operations.md');

  for (const { command, prints } of shown) {
    const isRead = /^temporal (workflow (list|metadata|query|describe)|batch list) /.test(`${command} `);
    const compare = async (): Promise<boolean> => {
      expect(linesOf(await print(command))).toMatch(patternOf(prints));
      return true;
    };
    // Temporal's lists are a moment late; what acts is done once.
    await (isRead ? eventually(compare, { withinMs: 20_000, what: command }) : compare());
  }

  expect(shown).toHaveLength(10);
  for (const [id, status] of Object.entries({ 'bot7-1': 'cancelled', 'bot7-2': 'cancelled', 'bot9-1': 'failed' })) {
    const find = async () => (await stage.database.trades.find(id))?.status === status;
    await eventually(find, { withinMs: 20_000, what: `${id} to be ${status}` });
  }
});
