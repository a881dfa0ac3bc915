/** Writes a run's results into docs/performance.md, between the markers of its Temporal server, and its plot beside it. */
import { readFile, writeFile } from 'node:fs/promises';
import { plotSvg } from './plot.ts';
import { reportMarkdown } from './report.ts';
import type { BenchReport, Figure } from './run.ts';

const PAGE = new URL('../docs/performance.md', import.meta.url);
const PLOT = new URL('../docs/latency.svg', import.meta.url);
const PLOT_LINK = '![How many of the fills were committed within which time](latency.svg)';

/** Throws an Error where the page lacks the markers. */
export async function writePage(report: BenchReport): Promise<void> {
  const page = await readFile(PAGE, 'utf8');
  await writeFile(PAGE, withResults(page, report));
  if (report.surroundings.isDevelopmentServer) await writeFile(PLOT, plotSvg(distributionsOf(report.figures)));
}

function withResults(page: string, report: BenchReport): string {
  const { isDevelopmentServer } = report.surroundings;
  const name = isDevelopmentServer ? 'development server' : 'server on PostgreSQL';
  const [begin, end] = [`<!-- results: ${name} -->`, `<!-- end of results: ${name} -->`];
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`docs/performance.md has no "${begin}" and "${end}"`);
  // One plot is enough: that of the development server, which everybody can run.
  const plot = isDevelopmentServer ? `${PLOT_LINK}\n\n` : '';
  return `${before}${begin}\n\n${plot}${reportMarkdown(report)}\n\n${end}${after}`;
}

/** The baseline was measured once, for both. */
function distributionsOf(figures: readonly Figure[]): NonNullable<Figure['distributions']> {
  const all = figures.flatMap(({ distributions = [] }) => distributions);
  const byName = new Map(all.map((one) => [one.name, one]));
  return ['engine, push healthy', 'engine, push down', 'baseline'].flatMap((name) => byName.get(name) ?? []);
}
