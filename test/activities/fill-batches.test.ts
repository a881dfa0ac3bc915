import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FillBatches } from '../../src/activities/order/fill-batches.ts';
import { connectCoinbase } from '../../src/coinbase/connect.ts';
import { createKey, startSimulator, type FaultAction, type Simulator } from '../../src/simulator/index.ts';

let simulator: Simulator;
let batches: FillBatches;
beforeAll(async () => {
  const key = createKey();
  simulator = await startSimulator({ keys: [key], tickMs: 0 });
  const { name: keyName, privateKeyPem: privateKey } = key;
  batches = new FillBatches(connectCoinbase({ restUrl: simulator.url, keyName, privateKey, requestsPerSecond: 500 }));
});
afterAll(() => simulator?.close());

/** A filled order; answers its exchange id. */
function filled(clientOrderId: string): string {
  const configuration = { market_market_ioc: { quote_size: '5' } };
  return simulator.exchange.place({ clientOrderId, productId: 'BTC-USD', side: 'BUY', configuration }).order.orderId;
}

function entriesOf(orderId: string): string[] {
  return simulator.ledger.order(orderId)?.fills.map(({ entryId }) => entryId) ?? [];
}

async function entries(orderId: string): Promise<string[]> {
  return (await batches.fillsOf(orderId)).map(({ entryId }) => entryId);
}

function requests(): number {
  return simulator.ledger.requestCount('listFills');
}

describe('the fills of many orders', () => {
  it('that are asked for together come by one request, each to its own', async () => {
    const orderIds = ['a', 'b', 'c', 'a'].map((name, index) => (index === 3 ? name : filled(name)));
    orderIds[3] = orderIds[0] ?? '';
    const before = requests();

    expect(await Promise.all(orderIds.map(entries))).toEqual(orderIds.map(entriesOf));

    expect(requests() - before).toBe(1);
  });

  it('that end one after the other share two requests in three seconds', async () => {
    const orderIds = Array.from({ length: 20 }, (_, index) => filled(`stream-${index}`));
    const before = requests();
    const startedAtMs = performance.now();

    const asked = orderIds.map(async (orderId, index) => {
      await sleep(index * 100);
      return entries(orderId);
    });

    expect(await Promise.all(asked)).toEqual(orderIds.map(entriesOf));
    const seconds = (performance.now() - startedAtMs) / 1_000;
    expect(requests() - before).toBeLessThanOrEqual(Math.ceil(seconds / 1.5) + 1);
  });

  it('one of which cannot be read come by one request all the same, and only that one fails', async () => {
    const [sound, broken] = [filled('sound'), filled('broken')];
    const unreadable: FaultAction = { kind: 'patch', fields: { price: 'a lot' } };
    const rule = simulator.faults.add({ match: { clientOrderId: 'broken' }, do: unreadable });

    const before = requests();
    const [soundly, brokenly] = await Promise.allSettled([entries(sound), entries(broken)]);

    expect(soundly).toEqual({ status: 'fulfilled', value: entriesOf(sound) });
    expect(brokenly).toMatchObject({ reason: { name: 'ExchangeError', kind: 'malformed-answer' } });
    expect(requests() - before).toBe(1);
    simulator.faults.remove(rule);
    expect(await entries(broken)).toEqual(entriesOf(broken));
  });

  it('fail together when there is no answer, and are not asked for again at once', async () => {
    const orderIds = [filled('x'), filled('y')];
    const down: FaultAction = { kind: 'answer', when: 'before', status: 503, body: 'go/sg/1' };
    simulator.faults.add({ match: { endpoint: 'listFills', times: 1 }, do: down });
    const before = requests();

    const answers = await Promise.allSettled(orderIds.map(entries));

    expect(answers).toMatchObject([{ reason: { kind: 'unavailable' } }, { reason: { kind: 'unavailable' } }]);
    expect(requests() - before).toBe(1);
  });
});
