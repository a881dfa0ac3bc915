/** How fast ends were seen and how long bots were blocked, as points in time on a logarithmic scale of seconds. */
import { credentials } from './session.js';

/** Loaded anew together with this module: see page.js. @type {typeof import('./uplot.js')} */
const { default: uPlot } = await import(`./uplot.js${new URL(import.meta.url).search}`);

const LAYERS = ['immediate-check', 'monitoring', 'reconciliation', 'manual-sync'];
const HEIGHT = 190;
/** A logarithm has no zero; nothing is measured better than to a millisecond. */
const MIN_SECONDS = 0.001;

/** @typedef {{ endedAt: string, layer: string, latencySeconds: number | null, blockedSeconds: number, isImmediate: boolean }} Ended */
/** @typedef {{ title: string, names: string[], colours: string[], seriesOf: (order: Ended) => number, valueOf: (order: Ended) => number | null }} Plot */

/** @type {Plot[]} */
const PLOTS = [
  {
    title: 'From the fill at the exchange to the release of the bot',
    names: LAYERS,
    colours: ['--plot-1', '--plot-2', '--plot-3', '--plot-4'],
    seriesOf: ({ layer }) => LAYERS.indexOf(layer),
    valueOf: ({ latencySeconds }) => latencySeconds,
  },
  {
    title: 'How long an order blocked its bot',
    names: ['market, IOC, FOK', 'resting'],
    colours: ['--plot-1', '--plot-3'],
    seriesOf: ({ isImmediate }) => (isImmediate ? 0 : 1),
    valueOf: ({ blockedSeconds }) => blockedSeconds,
  },
];

/** A browser has six connections to a server, and must not keep one for an answer that does not come. */
const ANSWER_WITHIN_MS = 10_000;
const place = document.getElementById('plots');
let drawn = '';

/** Draws anew only what has changed. */
export async function drawPlots() {
  if (place === null) return;
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const answer = await fetch('/page/ended', { headers: credentials(), signal }).catch(() => null);
  if (answer === null || !answer.ok) return;
  const text = await answer.text();
  const look = `${place.clientWidth} ${matchMedia('(prefers-color-scheme: dark)').matches} ${text}`;
  if (look === drawn) return;
  /** @type {Ended[]} */
  const items = JSON.parse(text).items;
  // A plot's points must be in the order of their time.
  const orders = items.toSorted((a, b) => Date.parse(a.endedAt) - Date.parse(b.endedAt));
  place.replaceChildren(...PLOTS.map((plot) => figure(plot, orders)));
  drawn = look;
}

/** @param {Plot} plot @param {Ended[]} orders */
function figure(plot, orders) {
  const figure = document.createElement('figure');
  const caption = document.createElement('figcaption');
  const title = document.createElement('strong');
  title.textContent = plot.title;
  const measured = orders.filter((order) => plot.valueOf(order) !== null);
  caption.append(title, ` ${inWords(measured.map((order) => plot.valueOf(order) ?? 0))}`);
  figure.append(caption);
  if (measured.length > 0) {
    const canvas = document.createElement('div');
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', caption.textContent ?? plot.title);
    figure.append(canvas);
    requestAnimationFrame(() => new uPlot(options(plot, figure.clientWidth), dataOf(plot, measured), canvas));
  }
  return figure;
}

/** @param {Plot} plot @param {Ended[]} orders @returns {import('uplot').AlignedData} */
function dataOf(plot, orders) {
  const values = plot.names.map((_name, index) =>
    orders.map((order) => (plot.seriesOf(order) === index ? Math.max(plot.valueOf(order) ?? 0, MIN_SECONDS) : null)),
  );
  return [orders.map(({ endedAt }) => Date.parse(endedAt) / 1_000), ...values];
}

/** @param {Plot} plot @param {number} width */
function options(plot, width) {
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name);
  const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  return {
    width,
    height: HEIGHT,
    cursor: { show: false },
    scales: { y: { distr: 3 } },
    axes: [
      { ...axis, space: 90, values: (/** @type {unknown} */ _plot, /** @type {number[]} */ splits) => times(splits) },
      {
        ...axis,
        size: 58,
        values: (/** @type {unknown} */ _plot, /** @type {(number | null)[]} */ splits) =>
          splits.map((split) => (split === null ? '' : seconds(split))),
      },
    ],
    series: [
      {},
      ...plot.names.map((label, index) => ({
        label,
        stroke: colour(plot.colours[index] ?? '--plot-1'),
        paths: () => null,
        points: { show: true, size: 5, fill: colour(plot.colours[index] ?? '--plot-1') },
      })),
    ],
    legend: { live: false },
  };
}

/** In UTC, as exact as the stretch of time allows. @param {number[]} splits */
function times(splits) {
  const range = (splits.at(-1) ?? 0) - (splits[0] ?? 0);
  const [from, to] = range < 600 ? [11, 19] : range < 172_800 ? [11, 16] : [5, 10];
  return splits.map((split) => new Date(split * 1_000).toISOString().slice(from, to));
}

/** @param {number[]} values */
function inWords(values) {
  if (values.length === 0) return 'No order yet.';
  const sorted = values.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const orders = values.length === 1 ? 'The last order' : `The last ${values.length} orders`;
  return `${orders}: half within ${seconds(at(0.5))}, 99 of 100 within ${seconds(at(0.99))}, all within ${seconds(at(1))}.`;
}

/** @param {number} value */
function seconds(value) {
  if (value < 1) return `${Math.round(value * 1_000)} ms`;
  if (value < 60) return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} s`;
  if (value < 3_600) return `${Math.round(value / 60)} min`;
  return value < 86_400 ? `${Math.round(value / 3_600)} h` : `${Math.round(value / 86_400)} d`;
}

addEventListener('resize', () => void drawPlots());
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => void drawPlots());
