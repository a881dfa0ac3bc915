/** Frames of a terminal as one SVG that plays them by itself, in any browser and in an <img> of any page. */
import type { Frame, Span, TerminalSize } from './screen.ts';

/** Of a monospaced font of 14 pixels. */
const COLUMN_PX = 8.4;
const ROW_PX = 19;
const MARGIN_PX = 14;
/** How long the last frame stays before all begins again. */
const LAST_FRAME_MS = 8_000;
const BACKGROUND = '#0d1117';
const FOREGROUND = '#c9d1d9';
/** The terminal's sixteen colours. */
const PALETTE = [
  '#484f58',
  '#ff7b72',
  '#3fb950',
  '#d29922',
  '#58a6ff',
  '#bc8cff',
  '#39c5cf',
  '#b1bac4',
  '#6e7681',
  '#ffa198',
  '#56d364',
  '#e3b341',
  '#79c0ff',
  '#d2a8ff',
  '#56d4dd',
  '#f0f6fc',
];

export function animate(frames: readonly Frame[], { columns, rows }: TerminalSize, title: string): string {
  const width = Math.ceil(columns * COLUMN_PX + 2 * MARGIN_PX);
  const height = rows * ROW_PX + 2 * MARGIN_PX;
  const first = frames[0]?.atMs ?? 0;
  const totalMs = (frames.at(-1)?.atMs ?? 0) - first + LAST_FRAME_MS;
  const moments = frames.map(({ atMs }, index) => {
    const percent = (((atMs - first) / totalMs) * 100).toFixed(3);
    return `${percent}%{transform:translateX(${-index * width}px)}`;
  });
  const lastShift = -(frames.length - 1) * width;
  const texts = new Map<string, string>();
  const pictures = frames.map(({ lines }, index) => {
    const uses = lines.map((line, row) => {
      if (line.length === 0) return '';
      const text = line.map(tspan).join('');
      const id = texts.get(text) ?? `t${texts.size}`;
      texts.set(text, id);
      return `<use href="#${id}" y="${(row + 1) * ROW_PX}"/>`;
    });
    return `<g transform="translate(${index * width})">${uses.join('')}</g>`;
  });
  const definitions = [...texts].map(([text, id]) => `<text id="${id}">${text}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<style>
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:${FOREGROUND};white-space:pre}
.bold{font-weight:bold}.dim{opacity:.6}
${PALETTE.map((color, index) => `.c${index}{fill:${color}}`).join('')}
.film{animation:play ${totalMs}ms step-end infinite}
@keyframes play{${moments.join('')}100%{transform:translateX(${lastShift}px)}}
@media (prefers-reduced-motion:reduce){.film{animation:none;transform:translateX(${lastShift}px)}}
</style>
<defs>
${definitions.join('\n')}
</defs>
<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>
<svg x="${MARGIN_PX}" y="${MARGIN_PX / 2}" width="${width - 2 * MARGIN_PX}" height="${height - MARGIN_PX}">
<g class="film">
${pictures.join('\n')}
</g>
</svg>
</svg>
`;
}

function tspan({ text, color, isBold, isDim }: Span): string {
  const classes = [isBold && 'bold', isDim && 'dim', color !== null && color < PALETTE.length && `c${color}`];
  const names = classes.filter((name) => name !== false).join(' ');
  return names === '' ? escaped(text) : `<tspan class="${names}">${escaped(text)}</tspan>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
