/** Cumulative distributions of waits on a logarithmic axis, as SVG. */
import { curve, frame, HEIGHT, horizontalLine, legend, PLOT, verticalLine, WIDTH } from './plot-frame.ts';
import type { Distribution } from './scenario.ts';

const PERCENT_LINES = [0, 25, 50, 75, 90, 99, 100];
/** More points than pixels show nothing. */
const POINTS = 400;

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
  const title = 'From the fill at the exchange to the committed row: how many fills took at most how long';
  return frame({ title, axis: 'fill at the exchange → committed (logarithmic)' }, [
    // 99 and 100 lie on each other.
    ...PERCENT_LINES.map((percent) => horizontalLine(y(percent), percent === 99 ? '' : `${percent} %`)),
    ...Array.from({ length: decades.to - decades.from + 1 }, (_, step) => {
      const ms = 10 ** (decades.from + step);
      return verticalLine(x(ms), ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`);
    }),
    ...sorted.map(({ waitsMs }, index) => {
      const points = pointsOf(waitsMs);
      return curve(
        points.map(({ ms, percent }) => [x(ms), y(percent)]),
        index,
      );
    }),
    ...sorted.map(({ name }, index) => legend(name, index)),
  ]);
}

function pointsOf(waitsMs: readonly number[]): { ms: number; percent: number }[] {
  const points = Math.min(POINTS, waitsMs.length);
  return Array.from({ length: points }, (_, step) => {
    const rank = points === 1 ? 0 : Math.round((step / (points - 1)) * (waitsMs.length - 1));
    return { ms: waitsMs[rank] ?? 0, percent: ((rank + 1) / waitsMs.length) * 100 };
  });
}
