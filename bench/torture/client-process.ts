/** A client as a process of its own. After SIGTERM it places nothing new, repeats requests without an answer, and ends. */
import { OrderSyncClient, TradeReader } from '../../src/client/index.ts';
import { main } from '../../src/process/main.ts';
import type { Scenario } from '../../src/simulator/index.ts';
import { CallWriter, readClientLog } from './calls.ts';
import { placeAgain, trade, type Tools } from './client.ts';
import { tortureOrders, type OrderMix, type TortureOrder } from './orders.ts';
import { Random } from './random.ts';

/** The process's one argument, as JSON. */
export interface ClientSettings {
  /** From 1. */
  client: number;
  seed: number;
  /** The prefix of the run's order ids. */
  run: string;
  mix: OrderMix;
  ordersPerSecond: number;
  temporal: { address: string; namespace: string };
  httpUrls: readonly string[];
  simulatorUrl: string;
  logFile: string;
}

const CONNECT_WITHIN_MS = 60_000;

await main(async () => {
  const settings = JSON.parse(process.argv[2] ?? '') as ClientSettings;
  const noMore = new AbortController();
  process.once('SIGTERM', () => noMore.abort());
  const before = readClientLog(settings.logFile);
  const bot = await connect(settings, noMore.signal);
  if (bot === null) return;
  const { seed, client, run, mix } = settings;
  const tools: Tools = {
    bot,
    readers: settings.httpUrls.map((url) => new TradeReader({ url })),
    log: new CallWriter(settings.logFile),
    random: new Random(seed, `client ${client}, from order ${before.orders.length}`),
    play: (scenario) => play(settings.simulatorUrl, scenario),
  };
  const orders = tortureOrders({ seed, client, run, mix }, before.orders.length);
  await Promise.all([
    ...unknownOf(settings.logFile).map((order) => placeAgain(order, tools)),
    trade(orders, tools, { ordersPerSecond: settings.ordersPerSecond, noMore: noMore.signal }),
  ]);
  await Promise.all(unknownOf(settings.logFile).map((order) => placeAgain(order, tools)));
  await bot.close();
});

/** Retries until it is connected; null if it was stopped before. */
async function connect({ temporal }: ClientSettings, stop: AbortSignal): Promise<OrderSyncClient | null> {
  const giveUpAtMs = Date.now() + CONNECT_WITHIN_MS;
  while (!stop.aborted) {
    try {
      return await OrderSyncClient.connect(temporal);
    } catch (error) {
      if (Date.now() > giveUpAtMs) throw error;
    }
  }
  return null;
}

async function play(simulatorUrl: string, scenario: Scenario): Promise<void> {
  const answer = await fetch(`${simulatorUrl}/simulator/scenario`, { method: 'POST', body: JSON.stringify(scenario) });
  if (!answer.ok) throw new Error(`the simulator refuses the plan: ${await answer.text()}`);
}

/** Orders that were requested, but no answer says whether they were placed. */
function unknownOf(logFile: string): TortureOrder[] {
  const { orders, calls } = readClientLog(logFile);
  const answered = new Set(
    calls
      .filter(({ name, outcome }) => name === 'place' && outcome !== 'unknown')
      .map(({ clientOrderId }) => clientOrderId),
  );
  return orders.filter(({ request }) => !answered.has(request.clientOrderId));
}
