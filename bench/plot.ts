/** Cumulative distributions of waits on a logarithmic axis, as SVG; its colours follow the reader's light or dark. */
import type { Distribution } from './scenario.ts';

const WIDTH = 860;
const HEIGHT = 420;
const PLOT = { left: 58, right: 20, top: 40, bottom: 52 };
const PERCENT_LINES = [0, 25, 50, 75, 90, 99, 100];
/** More points than pixels show nothing. */
const POINTS = 400;

/** Distinct in both themes and to people who see few colours; a dash as well, for print. */
const STYLES = [
  { light: '#0a7d4f', dark: '#3ddc97', dash: '' },
  { light: '#1f5fd0', dark: '#7aa7ff', dash: '8 4' },
  { light: '#b3541e', dark: '#ff9d5c', dash: '2 4' },
];

export function plotSvg(distributions: readonly Distribution[]): string {
  const sorted = distributions.map(({ name, waitsMs }) => ({ name, waitsMs: waitsMs.toSorted((a, b) => a - b) }));
  const all = sorted.flatMap(({ waitsMs }) => [waitsMs[0] ?? 1, waitsMs.at(-1) ?? 1]);
  const decades = {
    from: Math.floor(Math.log10(Math.max(1, Math.min(...all)))),
    to: Math.ceil(Math.log10(Math.max(10, ...all))),
  };
  const x = (ms: number): number => {
    const part = (Math.log10(Math.max(ms, 10 ** decades.from)) - decades.from) / (decades.to - decades.from);
    return PLOT.left + part * (WIDTH - PLOT.left - PLOT.right);
  };
  const y = (percent: number): number => HEIGHT - PLOT.bottom - (percent / 100) * (HEIGHT - PLOT.top - PLOT.bottom);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title">`,
    '<title id="title">From the fill at the exchange to the committed row: how many fills took at most how long</title>',
    style(),
    `<rect class="ground" width="${WIDTH}" height="${HEIGHT}" rx="8"/>`,
    ...PERCENT_LINES.map((percent) => percentLine(percent, y)),
    ...Array.from({ length: decades.to - decades.from + 1 }, (_, step) => decadeLine(10 ** (decades.from + step), x)),
    `<text class="axis" x="${WIDTH / 2}" y="${HEIGHT - 12}" text-anchor="middle">fill at the exchange → committed (logarithmic)</text>`,
    ...sorted.map(({ waitsMs }, index) => curve(waitsMs, index, { x, y })),
    ...sorted.map(({ name }, index) => legend(name, index)),
    '</svg>',
    '',
  ].join('\n');
}

function style(): string {
  const colours = (theme: 'light' | 'dark'): string =>
    STYLES.map((one, index) => `.c${index}{stroke:${one[theme]}}`).join('');
  return [
    '<style>',
    'text{font:13px system-ui,sans-serif;fill:#333}.ground{fill:#fff}.grid{stroke:#ddd}.axis{fill:#666}',
    '.curve{fill:none;stroke-width:2.5;stroke-linejoin:round}',
    colours('light'),
    `@media(prefers-color-scheme:dark){text{fill:#ddd}.ground{fill:#161b22}.grid{stroke:#30363d}.axis{fill:#9aa4af}${colours('dark')}}`,
    '</style>',
  ].join('');
}

function percentLine(percent: number, y: (percent: number) => number): string {
  const at = y(percent).toFixed(1);
  // 99 and 100 lie on each other.
  const label =
    percent === 99
      ? ''
      : `<text class="axis" x="${PLOT.left - 8}" y="${(y(percent) + 4).toFixed(1)}" text-anchor="end">${percent} %</text>`;
  return `<line class="grid" x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${at}" y2="${at}"/>${label}`;
}

function decadeLine(ms: number, x: (ms: number) => number): string {
  const at = x(ms).toFixed(1);
  const label = ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`;
  return `<line class="grid" x1="${at}" x2="${at}" y1="${PLOT.top}" y2="${HEIGHT - PLOT.bottom}"/><text class="axis" x="${at}" y="${HEIGHT - PLOT.bottom + 20}" text-anchor="middle">${label}</text>`;
}

function curve(
  waitsMs: readonly number[],
  index: number,
  { x, y }: { x: (ms: number) => number; y: (percent: number) => number },
): string {
  const points = Math.min(POINTS, waitsMs.length);
  const path = Array.from({ length: points }, (_, step) => {
    const rank = points === 1 ? 0 : Math.round((step / (points - 1)) * (waitsMs.length - 1));
    return `${x(waitsMs[rank] ?? 0).toFixed(1)},${y(((rank + 1) / waitsMs.length) * 100).toFixed(1)}`;
  });
  return `<polyline class="curve c${index}" stroke-dasharray="${STYLES[index]?.dash ?? ''}" points="${path.join(' ')}"/>`;
}

function legend(name: string, index: number): string {
  const left = PLOT.left + index * 200;
  return `<line class="curve c${index}" stroke-dasharray="${STYLES[index]?.dash ?? ''}" x1="${left}" x2="${left + 28}" y1="22" y2="22"/><text x="${left + 36}" y="26">${name}</text>`;
}
