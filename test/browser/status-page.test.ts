/** The status page in a real browser: for everybody, at any size, with the token, and against hostile text. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions, Page, Route } from 'playwright-core';
import type { Database } from '../../src/database/database.ts';
import { migratedDatabase, msAgo, newIntent, observedFact } from '../database/fixtures.ts';
import { startTestHttp, type TestHttp } from '../http/server.ts';
import { startBrowser } from '../support/browser.ts';
import { barriers, openPage } from './watched-page.ts';

const TOKEN = 'correct-horse-battery-staple';
const HOSTILE = `"><img src=x onerror="document.title='broken'"><script>document.title='broken'</script>`;
const PHONE = { viewport: { width: 360, height: 740 } };

let db: Database;
let http: TestHttp;
let browser: Browser;
let complaints: string[] = [];

beforeAll(async () => {
  [{ db }, browser] = await Promise.all([migratedDatabase(), startBrowser()]);
  http = await startTestHttp(db, { token: TOKEN });
  const blocked = newIntent({ clientOrderId: 'blocked-1', botId: 'blocked' });
  await db.trades.insertIntent(blocked, { requestedAt: msAgo(200_000), attempt: false });
  const ended = newIntent({ clientOrderId: 'ended-1', botId: HOSTILE });
  const { trade } = await db.trades.insertIntent(ended, { requestedAt: msAgo(1_000), attempt: false });
  await db.trades.apply('ended-1', observedFact(trade, { status: 'CANCELLED', reason: HOSTILE }));
  await db.halts.halt({ botId: 'grid', requestedBy: HOSTILE, reason: HOSTILE, cancelOpen: false });
});
afterEach(() => {
  if (complaints.length > 0) throw new Error(`the browser complains: ${complaints.join('\n')}`);
});
afterAll(async () => {
  await browser?.close();
  await http?.close();
  await db?.close();
});

async function signedIn(path: string, where: BrowserContextOptions | BrowserContext = {}): Promise<Page> {
  const watched = await ('newPage' in where ? openPage(where) : openPage(browser, where));
  complaints = watched.complaints;
  await watched.page.goto(`${http.url}${path}`);
  await watched.page.locator('#token').fill(TOKEN);
  await watched.page.keyboard.press('Enter');
  await watched.page.locator('#live[data-state=live]').waitFor();
  return watched.page;
}

describe('the token', () => {
  it('is asked for, again if it is wrong, and forgotten when the tab is closed', async () => {
    const context = await browser.newContext();
    const { page, ...watched } = await openPage(context);
    complaints = watched.complaints;
    await page.goto(http.url);
    await page.getByRole('heading', { name: 'This engine asks for a token' }).waitFor();
    expect(await page.textContent('main')).not.toContain('blocked-1');
    await page.keyboard.press('Escape');
    await page.locator('#token').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('That token was refused').waitFor();
    await page.locator('#token').fill(TOKEN);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('.blocked li').waitFor();
    await page.reload();
    await page.locator('.blocked li').waitFor();
    expect(await page.evaluate('JSON.stringify(localStorage) + document.cookie')).not.toContain(TOKEN);
    const another = await context.newPage();
    await another.goto(http.url);
    await another.locator('#token').waitFor();
    await context.close();
  });

  it('stays when the refusal of a request without it comes late', async () => {
    const context = await browser.newContext();
    const held = Promise.withResolvers<Route>();
    await context.route('**/page/reconciliation', (route) => held.resolve(route), { times: 1 });
    const page = await signedIn('/', context);
    const refused = page.waitForResponse((answer) => answer.status() === 401);
    await (await held.promise).continue();
    await refused;

    await page.waitForResponse((answer) => answer.url().endsWith('/page/reconciliation') && answer.status() === 200);
    expect(await page.locator('#sign-in').isVisible()).toBe(false);
    await context.close();
  });
});

describe('for everybody', () => {
  it.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['on a phone', PHONE],
  ] as const)('has no accessibility barriers: %s', async (_name, options) => {
    const page = await signedIn('/', options);
    await page.locator('.blocked li').waitFor();
    await page.locator('#plots figcaption').first().waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.locator('.blocked').getByRole('button', { name: 'Cancel…' }).click();
    await page.getByRole('dialog').getByLabel('Reason').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.goto(`${http.url}/?order=ended-1`);
    await page.locator('.timeline li').first().waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await page.context().close();
  });

  it('can be used with the keyboard alone, which keeps its focus when the page is updated', async () => {
    const page = await signedIn('/');
    const sync = page.locator('.blocked').getByRole('button', { name: 'Sync now' });
    await sync.waitFor();
    const isThere = () => sync.evaluate((button) => button.matches(':focus'));
    for (let presses = 0; presses < 20 && !(await isThere()); presses += 1) await page.keyboard.press('Tab');
    expect(await isThere()).toBe(true);
    const renewed = page.waitForResponse(/page\/blocked/);
    await db.trades.insertIntent(newIntent({ botId: 'another' }), { requestedAt: msAgo(0), attempt: false });
    await renewed;
    await page.getByText('1 bot waits').waitFor();
    expect(await isThere()).toBe(true);
    await page.context().close();
  });
});

describe('the plots', () => {
  it.each(['plots.js', 'uplot.js'])('are drawn later if %s could not be loaded at first', async (script) => {
    const context = await browser.newContext();
    let failures = 0;
    await context.route(`**/${script}*`, (route) => {
      failures += 1;
      return failures === 1 ? route.abort() : route.continue();
    });
    const page = await signedIn('/', context);
    await page.locator('#plots figcaption').first().waitFor();
    expect(failures).toBeGreaterThan(1);
    await context.close();
  });
});

describe('the buttons for a whole list', () => {
  it('ask for a reason, and report the result for each order at the top of the page', async () => {
    const page = await signedIn('/');
    await page.getByRole('button', { name: 'Cancel all…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/order.* \(open\)/).waitFor();
    await dialog.getByLabel('Your name').fill('ann');
    await dialog.getByLabel('Reason').fill('tidy up');
    await page.getByRole('button', { name: 'Cancel them' }).click();

    await page
      .locator('#notice')
      .getByRole('heading', { name: /^\d failed$/ })
      .waitFor();
    expect(await page.textContent('#notice')).toMatch(/blocked-1[\s\S]*failed: .*Temporal/);
    expect(await page.locator('#dialog').isVisible()).toBe(false);
    expect(await barriers(page)).toEqual([]);
  });
});

describe('hostile text', () => {
  it('is shown as plain text, and does nothing', async () => {
    const page = await signedIn('/?view=ended');
    await page.locator('#row-ended-1').waitFor();
    expect(await page.locator('#row-ended-1').textContent()).toContain(HOSTILE);
    expect(await page.locator('.halt').textContent()).toContain(HOSTILE);
    await page.locator('#row-ended-1 a').first().click();
    await page.locator('.timeline li').first().waitFor();
    expect(await page.title()).toBe('order-sync');
    expect(await page.locator('main img, main script').count()).toBe(0);
    await page.context().close();
  });
});
