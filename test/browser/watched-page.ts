/** A page of a real browser, and all that the browser complained about meanwhile. */
import axe from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

export interface WatchedPage {
  page: Page;
  /** Errors of scripts and breaches of the content security policy; none is expected. */
  complaints: string[];
}

/** A server that is away for a moment is no defect of the page. */
const EXPECTED = /Failed to load resource|Failed to fetch|net::ERR_/;

export async function openPage(
  place: Browser | BrowserContext,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const page = await ('newContext' in place ? place.newPage(options) : place.newPage());
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) complaints.push(message.text());
  });
  return { page, complaints };
}

/** What stands in the way of people, by the rules of WCAG 2.2 AA and axe's own: each with the elements. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
