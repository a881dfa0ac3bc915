/** In the browser: draws the panels of a dashboard in its own grid. */

/// <reference types="uplot" />
/** @import {Panel, Picture} from './panel.ts' */

/** A cell of the grid, in pixels. */
const CELL = { width: 50, height: 26 };
const GAP = 8;
const COLOURS = [
  '#73bf69',
  '#f2cc0c',
  '#5794f2',
  '#ff9830',
  '#f2495c',
  '#b877d9',
  '#5cd5c8',
  '#fade9a',
  '#a0a7b8',
  '#ff85c2',
  '#c0d8ff',
  '#c4a35a',
];
const QUIET = '#9a9cab';
const AXIS = {
  stroke: QUIET,
  font: "10px 'DejaVu Sans', sans-serif",
  grid: { stroke: '#24272e', width: 1 },
  ticks: { show: false },
};
/** From a kibibyte on. */
const POWERS_OF_TWO = Array.from({ length: 30 }, (_none, power) => 2 ** (power + 10));

/** Called by `picture.ts`. */
Object.assign(globalThis, { drawDashboard, asWebP });

/** Without loss, and three quarters of the size. @param {string} png - Base64, as is the answer. */
async function asWebP(png) {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext('2d')?.drawImage(image, 0, 0);
  return canvas.toDataURL('image/webp', 1).split(',')[1];
}

/** @param {Picture} picture */
function drawDashboard({ times, panels }) {
  const dashboard = document.getElementById('dashboard') ?? document.body;
  for (const panel of panels) {
    const { x, y, w, h } = panel.gridPos;
    const place = document.createElement(panel.type === 'row' ? 'h2' : 'section');
    const [width, height] = [w * CELL.width - GAP, h * CELL.height - GAP];
    place.style.cssText = `left:${x * CELL.width}px;top:${y * CELL.height}px;width:${width}px;height:${height}px`;
    dashboard.append(place);
    if (panel.type === 'row') place.textContent = panel.title;
    else fill(place, panel, times);
  }
  const bottom = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h));
  dashboard.style.height = `${bottom * CELL.height - GAP}px`;
}

/** @param {HTMLElement} place @param {Panel} panel @param {number[]} times */
function fill(place, panel, times) {
  place.append(element('h3', panel.title));
  if (panel.lines.length === 0) place.append(element('div', panel.noValue ?? 'No data', 'empty'));
  else if (panel.type === 'stat') place.append(stats(panel));
  else plot(place, panel, times);
}

/** The last value of each line. @param {Panel} panel */
function stats({ lines, unit }) {
  const all = element('div', '', 'stats');
  for (const { name, values } of lines) {
    const one = element('div', name);
    one.prepend(element('strong', inUnit(values.findLast((value) => value !== null) ?? 0, unit)));
    all.append(one);
  }
  return all;
}

/** @param {HTMLElement} place @param {Panel} panel @param {number[]} times */
function plot(place, panel, times) {
  const canvas = element('div', '', 'plot');
  const legend = element('div', '', 'legend');
  panel.lines.forEach(({ name }, index) => {
    const entry = element('span', name);
    const mark = element('i', '');
    mark.style.background = colour(index);
    entry.prepend(mark);
    legend.append(entry);
  });
  place.append(canvas, legend);
  const options = {
    width: canvas.clientWidth,
    height: canvas.clientHeight,
    padding: /** @type {[number, number, number, number]} */ ([8, 6, 0, 0]),
    cursor: { show: false },
    legend: { show: false },
    scales: { y: scaleOf(panel) },
    axes: [
      { ...AXIS, size: 22, space: 48, values: labels(timeOfDay) },
      {
        ...AXIS,
        size: 52,
        space: 26,
        values: labels((value) => inUnit(value, panel.unit)),
        ...(panel.unit === 'bytes' && { incrs: POWERS_OF_TWO }),
      },
    ],
    series: [{}, ...panel.lines.map((_line, index) => ({ stroke: colour(index), width: 1.5, points: { size: 3 } }))],
  };
  // A logarithm has no zero.
  const shown = (/** @type {number | null} */ value) => (panel.isLogarithmic && value === 0 ? null : value);
  const values = panel.lines.map((line) => line.values.map(shown));
  canvas.append(new uPlot(options, [times, ...values]).root);
}

/** @param {(value: number) => string} label */
function labels(label) {
  return (/** @type {unknown} */ _plot, /** @type {(number | null)[]} */ splits) =>
    splits.map((split) => (split === null ? '' : label(split)));
}

/** @param {Panel} panel @returns {import('uplot').Scale} */
function scaleOf({ isLogarithmic, min }) {
  if (isLogarithmic) return { distr: 3 };
  return {
    range(_plot, low, high) {
      const span = high - (min ?? low) || Math.abs(high) || 1;
      return [min ?? low - span * 0.1, high + span * 0.1];
    },
  };
}

/** @param {number} index */
function colour(index) {
  return COLOURS[index % COLOURS.length] ?? QUIET;
}

/** In UTC, as the dashboard says. @param {number} seconds */
function timeOfDay(seconds) {
  return new Date(seconds * 1_000).toISOString().slice(11, 19);
}

/** @param {number} value @param {string} unit */
function inUnit(value, unit) {
  switch (unit) {
    case 's':
      return seconds(value);
    case 'bytes':
      return `${rounded(value / 2 ** 20)} MiB`;
    case 'percentunit':
      return `${rounded(value * 100)} %`;
    case 'reqps':
      return `${rounded(value)} req/s`;
    default:
      return Math.abs(value) < 1_000 ? rounded(value) : `${rounded(value / 1_000)} K`;
  }
}

/** @param {number} value */
function seconds(value) {
  const size = Math.abs(value);
  if (size === 0) return '0 s';
  if (size < 1) return `${rounded(value * 1_000)} ms`;
  return size < 120 ? `${rounded(value)} s` : `${rounded(value / 60)} min`;
}

/** Three digits are enough for a scale. @param {number} value */
function rounded(value) {
  return String(Number(value.toPrecision(3)));
}

/** @param {string} name @param {string} text @param {string} [className] */
function element(name, text, className = '') {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}
