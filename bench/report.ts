/** The figures of a run as a table: on the screen, as JSON, and in the document. */
import { pairs, table } from '../src/cli/text-table.ts';
import { totals, type BenchReport, type Figure } from './run.ts';
import { isWhole } from './scenario.ts';

const HEADER = ['what', 'goal', 'engine', 'baseline', 'reached'];

export function reportText(report: BenchReport): string {
  return [table(HEADER, rowsOf(report.figures)), pairs(surroundings(report))].join('\n\n');
}

export function reportMarkdown(report: BenchReport): string {
  const rows = [HEADER, HEADER.map(() => '---'), ...rowsOf(report.figures)];
  const lines = surroundings(report).map(([name, value]) => `- ${name}: ${value}`);
  return [lines.join('\n'), rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')].join('\n\n');
}

/** Without the single waits, of which there are thousands; their quantiles in hundredths are enough to draw them again. */
export function reportJson({ figures, ...report }: BenchReport): object {
  return {
    ...report,
    figures: figures.map(({ distributions = [], ...figure }) => ({
      ...figure,
      quantilesMs: Object.fromEntries(distributions.map(({ name, waitsMs }) => [name, quantiles(waitsMs)])),
    })),
    totals: totals(figures),
  };
}

function rowsOf(figures: readonly Figure[]): string[][] {
  const all = totals(figures);
  return [
    ...figures.map(({ what, goal, engine, baseline, reached, failure }) => [
      what,
      goal,
      failure ?? engine,
      baseline ?? '–',
      reached ? 'yes' : 'no',
    ]),
    [
      'bots not released / orders lost / placed twice, in any run',
      '0',
      `${all.unreleased} / ${all.lost} / ${all.twice} of ${all.checked} orders`,
      '–',
      isWhole(all) ? 'yes' : 'no',
    ],
  ];
}

function surroundings({ surroundings: on, openOrders, seconds, figures }: BenchReport): [string, string][] {
  const loads = figures.map(({ load }) => load);
  return [
    ['machine', `${on.cores} cores (${on.processor}), ${on.memoryGib} GiB, shared by everything here`],
    ['date', on.startedAt.slice(0, 10)],
    ['commit', on.commit],
    ['Node', on.node],
    ['Temporal', on.temporalServer],
    ['database', on.database],
    ['open orders', String(openOrders)],
    ['each load', `${seconds} s`],
    ...figures.flatMap(({ name, note }): [string, string][] => (note === undefined ? [] : [[name, note]])),
    ["machine's load after each scenario", `${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`],
  ];
}

function quantiles(waitsMs: readonly number[]): number[] {
  const sorted = waitsMs.toSorted((a, b) => a - b);
  return Array.from({ length: 101 }, (_, percent) => {
    const index = Math.round((percent / 100) * (sorted.length - 1));
    return Math.round((sorted[index] ?? 0) * 10) / 10;
  });
}
