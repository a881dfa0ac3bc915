/**
 * `npm run screenshots:dashboard`: draws docs/pictures/dashboard.webp anew. A real engine trades for four minutes in which
 * something goes wrong, a real Prometheus scrapes it and answers the queries of `monitoring/dashboard.json`, and a browser
 * draws the answers.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { main } from '../../../src/process/main.ts';
import { startBrowser } from '../../../test/support/browser.ts';
import { FOLDER } from '../files.ts';
import { startPrometheus } from '../prometheus.ts';
import { ensureProgram } from '../prometheus-programs.ts';
import { askPanels, type Dashboard } from './ask-panels.ts';
import { BOTS, tradeAs } from './bots.ts';
import { startObservedEngine, type ObservedEngine } from './engine.ts';
import { letHappen } from './incidents.ts';
import type { Picture } from './panel.ts';

const FILE = join(import.meta.dirname, '../../../docs/pictures/dashboard.webp');
const LASTS_MS = 240_000;
const SCRAPE_EVERY_S = 5;

await main(async () => {
  await using resources = new AsyncDisposableStack();
  const program = await ensureProgram('prometheus', console.log);
  const engine = await startObservedEngine(console.log);
  resources.defer(() => engine.stop());
  const { target, token } = engine;
  const instance = 'worker-1';
  const prometheus = await startPrometheus({ program, target, token, everySeconds: SCRAPE_EVERY_S, instance });
  resources.defer(() => prometheus.stop());

  console.log(`Trading for ${LASTS_MS / 60_000} minutes`);
  const startedAt = Date.now();
  await trade(engine);
  const dashboard = JSON.parse(await readFile(join(FOLDER, 'dashboard.json'), 'utf8')) as Dashboard;
  const range = { fromSeconds: wholeSteps(startedAt) + SCRAPE_EVERY_S, toSeconds: wholeSteps(Date.now()) };
  const picture = await askPanels(dashboard, prometheus, { ...range, stepSeconds: SCRAPE_EVERY_S });
  const empty = picture.panels.filter(({ type, lines }) => type !== 'row' && lines.length === 0);
  if (empty.length > 0) console.log(`Without any line: ${empty.map(({ title }) => title).join(', ')}`);
  await draw(picture);
});

async function trade(engine: ObservedEngine): Promise<void> {
  const stop = new AbortController();
  const trading = BOTS.map((bot) => tradeAs(bot, engine.api, engine.simulator.exchange, stop.signal));
  await Promise.all([letHappen(engine, console.log), sleep(LASTS_MS)]);
  stop.abort();
  await Promise.all(trading);
}

function wholeSteps(atMs: number): number {
  return Math.floor(atMs / 1_000 / SCRAPE_EVERY_S) * SCRAPE_EVERY_S;
}

async function draw(picture: Picture): Promise<void> {
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1_224, height: 800 } });
    await page.setContent(await readFile(join(import.meta.dirname, 'page.html'), 'utf8'));
    const library = (file: string): string => fileURLToPath(import.meta.resolve(`uplot/dist/${file}`));
    await page.addStyleTag({ path: library('uPlot.min.css') });
    await page.addScriptTag({ path: library('uPlot.iife.min.js') });
    await page.addScriptTag({ path: join(import.meta.dirname, 'draw.js') });
    await page.evaluate(`drawDashboard(${JSON.stringify(picture)})`);
    const png = await page.screenshot({ fullPage: true });
    await writeFile(FILE, await page.evaluate<string>(`asWebP('${png.toString('base64')}')`), 'base64');
  } finally {
    await browser.close();
  }
}
