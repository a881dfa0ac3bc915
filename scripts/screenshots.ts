/** `npm run screenshots`: draws the README's pictures of the status page anew, from a real engine on embedded servers. */
import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { OrderSyncClient, type OrderRequest } from '../src/client/index.ts';
import { startEngine } from '../src/engine/engine.ts';
import { installRuntime } from '../src/engine/runtime.ts';
import { readSettings } from '../src/engine/settings/settings.ts';
import { startLocalServices } from '../src/local/local-services.ts';
import { createLog } from '../src/process/log.ts';
import { main } from '../src/process/main.ts';
import type { Simulator } from '../src/simulator/index.ts';
import { buildWorkflowBundle } from '../src/temporal/workflow-bundle.ts';
import { startBrowser } from '../test/support/browser.ts';

const FOLDER = resolve(import.meta.dirname, '../docs/pictures');

const MARKET = { market_market_ioc: { quote_size: '10.00' } };
const RESTING = { limit_limit_gtc: { base_size: '0.002', limit_price: '20000.00' } };
/** Looked at so seldom that a fill which nobody tells of is missed. */
const UNWATCHED = { immediateCheckAttempts: 1, monitorIntervalMs: 60_000, monitorForMs: 1_000, placeForMs: 2_000 };

await main(async () => {
  const log = createLog({ level: 'error' });
  installRuntime(log);
  const workflowBundle = buildWorkflowBundle();
  const services = await startLocalServices({ settings: readSettings({}), dataFolder: null, onProgress: console.log });
  const { simulator } = services;
  if (simulator === null) throw new Error('the pictures need the simulated exchange');
  const engine = await startEngine({
    ...services,
    workflowBundle,
    log,
    http: { host: '127.0.0.1', port: 0, token: null, temporalUiUrl: 'http://127.0.0.1:8233' },
    reconcileEverySeconds: 5,
  });
  const client = await OrderSyncClient.connect({ address: services.temporal.address });
  const browser = await startBrowser();
  try {
    await trade(client, simulator);
    await engine.database.halts.halt({
      botId: 'grid-3',
      requestedBy: 'ann',
      reason: 'its price feed is frozen',
      cancelOpen: true,
    });
    await drawAll(browser, engine.http?.url ?? '', simulator);
  } finally {
    await browser.close();
    await client.close();
    await engine.stop();
    await services.stop();
  }
});

async function trade(client: OrderSyncClient, { exchange, pushFaults, faults }: Simulator): Promise<void> {
  let count = 0;
  const request = (botId: string, more: Partial<OrderRequest> = {}): OrderRequest => {
    count += 1;
    const clientOrderId = `${botId}-${String(count).padStart(4, '0')}`;
    return { clientOrderId, botId, productId: 'BTC-USD', side: 'BUY', orderConfiguration: MARKET, ...more };
  };
  for (let round = 0; round < 12; round += 1) {
    await Promise.all(['trend-1', 'trend-2', 'mean-1'].map((bot) => client.place(request(bot))));
  }
  const resting = ['grid-1', 'grid-1', 'grid-2', 'grid-2', 'grid-3', 'grid-3', 'grid-3'].map((bot) =>
    request(bot, { orderConfiguration: RESTING, productId: bot === 'grid-2' ? 'ETH-USD' : 'BTC-USD' }),
  );
  for (const each of resting) exchange.setPlan(each, { onCancel: { steps: [] } });
  await Promise.all(resting.map((each) => client.place(each)));

  // Filled, and nobody is told.
  const missed = request('trend-2', { productId: 'SOL-USD', policy: UNWATCHED });
  const { clientOrderId } = missed;
  pushFaults.add({ match: { clientOrderId }, do: { kind: 'miss' } });
  faults.add({ match: { clientOrderId, endpoint: 'listFills' }, do: { kind: 'lag', ms: 600_000 } });
  exchange.setPlan(missed, { steps: [{ do: 'fill', afterMs: 700 }] });
  // Sent, and no answer: nobody knows whether the exchange has it.
  const unknown = request('mean-1', { productId: 'ETH-USD', policy: UNWATCHED });
  faults.add({
    match: { clientOrderId: unknown.clientOrderId, endpoint: 'createOrder' },
    do: { kind: 'hang', when: 'before' },
  });
  await Promise.all([missed, unknown].map((each) => client.place(each, { timeoutMs: 20_000 })));
  await client.state(clientOrderId);
}

async function drawAll(browser: Browser, url: string, { faults }: Simulator): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
  await page.goto(url);
  await page.getByRole('heading', { name: 'Blocked bots: 2' }).waitFor({ timeout: 30_000 });
  await draw(page, 'status-page');
  await page.emulateMedia({ colorScheme: 'dark' });
  await draw(page, 'status-page-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByLabel('Acting as').fill('ann');
  await page.locator('.blocked li', { hasText: 'SOL-USD' }).getByRole('button', { name: 'Sync now' }).click();
  await page.getByRole('heading', { name: 'The bot is released' }).waitFor();
  await page.locator('#notice a').click();
  await page.getByRole('heading', { name: 'Its life' }).waitFor();
  faults.clear();
  await page.getByText('None is recorded.').waitFor({ state: 'hidden' });
  await draw(page, 'order-page');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(url);
  await page.getByRole('heading', { name: 'Blocked bots' }).waitFor();
  await draw(page, 'status-page-phone');
}

async function draw(page: Page, name: string): Promise<void> {
  await page.locator('#live[data-state=live]').waitFor();
  await writeFile(resolve(FOLDER, `${name}.png`), await page.screenshot());
}
