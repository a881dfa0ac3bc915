/** docs/operations.md shows what Temporal's own command line prints: each command is run as it stands there. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OrderSyncClient } from '../../src/client/index.ts';
import { documentedConsole, type DocumentedConsole } from '../support/console.ts';
import { limitOrder, marketOrder } from '../support/engine.ts';
import { SLOW } from '../support/policies.ts';
import { eventually } from '../support/waiting.ts';
import { startWorkerFixture, type WorkerFixture } from '../support/worker-fixture.ts';

let fixture: WorkerFixture;
let orders: OrderSyncClient;
let documented: DocumentedConsole;
// A server of its own: a batch job reaches every order of its namespace.
beforeAll(async () => {
  fixture = await startWorkerFixture();
  const address = fixture.settings['TEMPORAL_ADDRESS'] ?? '';
  orders = await OrderSyncClient.connect({ address });
  documented = await documentedConsole('operations.md', 'Temporal as the console', { TEMPORAL_ADDRESS: address });
});
afterAll(async () => {
  await orders?.close();
  await fixture?.stop();
});

async function orderWith(status: string, order: Parameters<typeof marketOrder>[0], make = limitOrder): Promise<void> {
  const request = make({ ...order, policy: { ...SLOW, ...order?.policy } });
  fixture.simulator.exchange.setPlan(request, {});
  await orders.place(request);
  await eventually(async () => (await fixture.database.trades.find(request.clientOrderId))?.status === status, {
    withinMs: 20_000,
    what: `${request.clientOrderId} to be ${status}`,
  });
}

/** Nothing was started: by default a namespace has one batch at a time. */
function isBusy({ message }: Error): boolean {
  return message.includes('Max concurrent batch operations is reached');
}

it('prints what docs/operations.md shows', async () => {
  await orderWith('stale', { clientOrderId: 'bot7-1', policy: { monitorForMs: 1_000 } }, marketOrder);
  await orderWith('pending', { clientOrderId: 'bot7-2' });
  await orderWith('pending', { clientOrderId: 'bot9-1', botId: 'bot9' });
  fixture.simulator.exchange.act('bot9-1', { do: 'purge' });
  const { shown } = documented;

  for (const each of shown) {
    const { command } = each;
    const isRead = /^temporal (workflow (list|metadata|query|describe)|batch list) /.test(`${command} `);
    const compare = async (): Promise<boolean> => {
      await documented.check(each);
      return true;
    };
    // Temporal's lists are a moment late; what acts is done once, when the batch before it has ended.
    const act = (): Promise<boolean | Error> => compare().catch((error: Error) => !isBusy(error) && error);
    const done = await eventually(isRead ? compare : act, { withinMs: 20_000, what: command });
    if (done instanceof Error) throw done;
  }

  expect(shown).toHaveLength(10);
  for (const [id, status] of Object.entries({ 'bot7-1': 'cancelled', 'bot7-2': 'cancelled', 'bot9-1': 'failed' })) {
    const find = async () => (await fixture.database.trades.find(id))?.status === status;
    await eventually(find, { withinMs: 20_000, what: `${id} to be ${status}` });
  }
});
