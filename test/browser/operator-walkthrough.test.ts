/** What an operator goes through, in a real browser on a real engine. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { OrderSyncClient, type OrderRequest } from '../../src/client/index.ts';
import { freePort } from '../../src/local/free-port.ts';
import { startBrowser } from '../support/browser.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { SLOW } from '../support/policies.ts';
import { expectAlert, fillUnseen, monitored } from '../support/scenario.ts';
import { openPage, type WatchedPage } from './watched-page.ts';

let test: TestEngine;
let url: string;
let orders: OrderSyncClient;
let browser: Browser;
let watched: WatchedPage;
let page: Page;

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  [test, browser] = await Promise.all([
    startTestEngine({ http: { host: '127.0.0.1', port, token: null, temporalUiUrl: 'http://127.0.0.1:8233/' } }),
    startBrowser(),
  ]);
  orders = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
  watched = await openPage(browser);
  page = watched.page;
  await page.goto(url);
  await page.evaluate(() => Object.assign(globalThis, { isTheSamePage: true }));
});
afterAll(async () => {
  await browser?.close();
  await test?.stop();
});

/** Its cancel is taken, and has no effect by itself. */
async function restingOrder(botId: string): Promise<OrderRequest> {
  const request = limitOrder({ botId, policy: { immediateCheckAttempts: 1, monitorIntervalMs: 500 } });
  test.simulator.exchange.setPlan(request, { onCancel: { steps: [] } });
  await orders.place(request);
  return request;
}

const text = (content: string | RegExp) => page.getByText(content).first().waitFor();

it('a fill is missed: the page shows the blocked bot, the button releases it, and the timeline says who did it', async () => {
  const order = marketOrder({ botId: 'missed', policy: { ...SLOW, monitorForMs: 1_000 } });
  await monitored(test, order);
  const tellFill = fillUnseen(test, order);
  await expectAlert(test, order, 'stale');

  const blocked = page.locator('.blocked li', { hasText: 'missed' });
  await blocked.waitFor();
  expect(await page.locator('#blocked h2').textContent()).toBe('Blocked bots: 1');
  expect(await blocked.textContent()).toMatch(/blocked for \d+ s\s+stale\s+It should have ended at once/);

  // Who asks has to say who it is, once.
  await blocked.getByRole('button', { name: 'Sync now' }).click();
  expect(await page.locator('#operator').evaluate((field) => field.matches(':focus'))).toBe(true);
  await page.keyboard.type('ann');
  await blocked.getByRole('button', { name: 'Sync now' }).click();

  await page.getByRole('heading', { name: 'The bot is released' }).waitFor();
  expect(await page.locator('.report tbody tr').allTextContents()).toEqual([
    expect.stringMatching(/Before\s+stale\s+0/),
    expect.stringMatching(/Exchange\s+FILLED\s+0\.\d+ at \d+/),
    expect.stringMatching(/After\s+completed\s+0\.\d+/),
  ]);
  await text('No bot is blocked for longer than it should be');

  await page.locator('.report a').click();
  const events = page.locator('.timeline li');
  await events.filter({ hasText: 'It was synced manually; the exchange showed FILLED' }).waitFor();
  expect(await events.last().textContent()).toMatch(/By\s+ann[\s\S]*stale → completed/);
  const link = page.getByRole('link', { name: 'Workflow in Temporal' });
  expect(await link.getAttribute('href')).toBe(
    `http://127.0.0.1:8233/namespaces/default/workflows/order-${order.clientOrderId}`,
  );
  await text('None is recorded');
  tellFill();
  await page.getByRole('region', { name: 'Fills' }).waitFor();
  await text('Its fills are complete');
});

it('a bot with three open orders is halted: it is flat when the last is confirmed ended, and no sooner', async () => {
  const three = [await restingOrder('grid'), await restingOrder('grid'), await restingOrder('grid')];
  await page.goto(url);
  await page.getByRole('button', { name: 'Halt…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Bot').fill('grid');
  await dialog.getByLabel('Cancel its open orders, too').check();
  expect(await dialog.getByLabel('Your name').inputValue()).toBe('ann');
  await dialog.getByLabel('Reason').fill('it buys <b>too</b> much');
  await page.keyboard.press('Enter');

  const halt = page.locator('.halt');
  await halt.waitFor();
  expect(await halt.textContent()).toMatch(/Bot grid is halted\s+not flat\s+it buys <b>too<\/b> much\s+by ann/);
  await expect(orders.place(limitOrder({ botId: 'grid' }))).rejects.toMatchObject({ code: 'PlacementHalted' });
  await halt.locator('li:has-text("cancel requested")').nth(2).waitFor();
  for (const [index, { clientOrderId }] of three.entries()) {
    await halt
      .locator('li')
      .nth(2 - index)
      .waitFor();
    expect(await halt.getByText('flat', { exact: true }).count()).toBe(0);
    expect(await halt.locator('li').count()).toBe(3 - index);
    test.simulator.exchange.act(clientOrderId, { do: index === 2 ? 'fill' : 'cancel' });
    await orders.waitForRelease(clientOrderId, { timeoutMs: 60_000 });
    await halt.locator('li', { hasText: clientOrderId }).waitFor({ state: 'detached' });
  }
  await halt.getByText('flat', { exact: true }).waitFor();

  await halt.getByRole('button', { name: 'Resume…' }).click();
  await dialog.getByLabel('Reason').fill('mended');
  await dialog.getByRole('button', { name: 'Resume' }).click();
  await halt.waitFor({ state: 'detached' });
});

it('the engine restarts: the page says so, and goes on by itself', async () => {
  await page.evaluate(() => Object.assign(globalThis, { isTheSamePage: true }));
  await test.down();
  await page.locator('#live[data-state=lost]').waitFor();
  await test.up();
  await page.locator('#live[data-state=live]').waitFor();
  const { clientOrderId } = await restingOrder('after');
  await page.locator(`#row-${clientOrderId}`).waitFor();
  expect(await page.evaluate(() => 'isTheSamePage' in globalThis)).toBe(true);
  expect(watched.complaints).toEqual([]);
});
