/** The order's timeline as a drawing: how long each status lasted, to scale, and each moment with its number in the list. */
import { html, type Html } from '../../http/page/html.ts';
import { toneOf } from '../../domain/order/order-state.ts';
import { duration, type OrderLifecycle } from './lifecycle.ts';

const WIDTH = 960;
const HEIGHT = 150;
const [LEFT, RIGHT, BAND_TOP, BAND_HEIGHT] = [20, 940, 70, 26];
/** Numbers of moments that are close together stand below one another. */
const LANES = 4;
const LANE_HEIGHT = 14;
const NEAR = 18;

export function picture({ moments, blockedMs, isBlocking }: OrderLifecycle): Html {
  const lastMs = Math.max(moments.at(-1)?.afterMs ?? 0, isBlocking ? blockedMs : 0, 1);
  const x = (ms: number): number => LEFT + (Math.max(ms, 0) / lastMs) * (RIGHT - LEFT);
  const bands = moments.map(({ afterMs, status }, index) => {
    const end = moments[index + 1]?.afterMs ?? lastMs;
    return html`<rect
      class="${toneOf(status)}"
      x="${x(afterMs).toFixed(1)}"
      y="${BAND_TOP}"
      width="${Math.max(x(end) - x(afterMs), 1).toFixed(1)}"
      height="${BAND_HEIGHT}"
      ><title>${status}, ${duration(end - afterMs)}</title></rect
    >`;
  });
  let [lane, lastX] = [0, Number.NEGATIVE_INFINITY];
  const ticks = moments.map(({ afterMs, decided }, index) => {
    const at = x(afterMs);
    lane = at - lastX < NEAR ? (lane + 1) % LANES : 0;
    lastX = at;
    const y = BAND_TOP - 8 - lane * LANE_HEIGHT;
    return html`<line x1="${at.toFixed(1)}" x2="${at.toFixed(1)}" y1="${y + 2}" y2="${BAND_TOP + BAND_HEIGHT}" /><text
        x="${at.toFixed(1)}"
        y="${y}"
        text-anchor="middle"
        >${index + 1}<title>${decided}</title></text
      >`;
  });
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="The status of the order over time">
    ${bands} ${ticks}
    <text x="${LEFT}" y="${BAND_TOP + BAND_HEIGHT + 20}">0</text>
    <text x="${RIGHT}" y="${BAND_TOP + BAND_HEIGHT + 20}" text-anchor="end">${duration(lastMs)}</text>
  </svg>`;
}
