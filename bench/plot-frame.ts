/** What the plots share, as SVG; their colours follow the reader's light or dark theme. */

export const WIDTH = 860;
export const HEIGHT = 420;
export const PLOT = { left: 58, right: 20, top: 40, bottom: 52 };

/** Distinct in both themes and for colour-blind readers, and by their dashes in print. */
const STYLES = [
  { light: '#0a7d4f', dark: '#3ddc97', dash: '' },
  { light: '#1f5fd0', dark: '#7aa7ff', dash: '8 4' },
  { light: '#b3541e', dark: '#ff9d5c', dash: '2 4' },
];

/** `axis` is the label of the horizontal axis; `drawn` comes on top of the background. */
export function frame({ title, axis }: { title: string; axis: string }, drawn: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title">`,
    `<title id="title">${title}</title>`,
    style(),
    `<rect class="ground" width="${WIDTH}" height="${HEIGHT}" rx="8"/>`,
    `<text class="axis" x="${WIDTH / 2}" y="${HEIGHT - 12}" text-anchor="middle">${axis}</text>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

export function horizontalLine(y: number, label: string): string {
  const at = y.toFixed(1);
  const text = `<text class="axis" x="${PLOT.left - 8}" y="${(y + 4).toFixed(1)}" text-anchor="end">${label}</text>`;
  return `<line class="grid" x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${at}" y2="${at}"/>${label === '' ? '' : text}`;
}

export function verticalLine(x: number, label: string): string {
  const at = x.toFixed(1);
  return `<line class="grid" x1="${at}" x2="${at}" y1="${PLOT.top}" y2="${HEIGHT - PLOT.bottom}"/><text class="axis" x="${at}" y="${HEIGHT - PLOT.bottom + 20}" text-anchor="middle">${label}</text>`;
}

/** The first three curves look different. */
export function curve(points: readonly (readonly [x: number, y: number])[], index: number): string {
  const path = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`);
  return `<polyline class="curve c${index}" stroke-dasharray="${STYLES[index]?.dash ?? ''}" points="${path.join(' ')}"/>`;
}

export function legend(name: string, index: number): string {
  const left = PLOT.left + index * 200;
  return `<line class="curve c${index}" stroke-dasharray="${STYLES[index]?.dash ?? ''}" x1="${left}" x2="${left + 28}" y1="22" y2="22"/><text x="${left + 36}" y="26">${name}</text>`;
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
