/** The figures of the large database beside those of the small one, and the limit of each query. */
import { table } from '../../src/cli/text-table.ts';
import type { Measured } from './measure.ts';

export interface GrowthReport {
  trades: number;
  events: number;
  gib: number;
  beside: number;
  queries: Verdict[];
}

export interface Verdict {
  area: string;
  name: string;
  besideMs: { p50: number; p99: number };
  ms: { p50: number; p99: number };
  boundMs: number;
  mainNode: string;
  /** Empty if the query is within its limit. */
  faults: string[];
}

export function verdictsOf(small: readonly Measured[], large: readonly Measured[]): Verdict[] {
  return large.map(({ query: { area, name, boundMs }, waits, error, mainNode, faults }, index) => {
    const isLate = waits.p99Ms > boundMs;
    return {
      area,
      name,
      besideMs: timesOf(small[index]),
      ms: timesOf(large[index]),
      boundMs,
      mainNode,
      faults: [...(error === null ? [] : [error]), ...(isLate ? [`takes more than ${boundMs} ms`] : []), ...faults],
    };
  });
}

export function isSound({ queries }: GrowthReport): boolean {
  return queries.every(({ faults }) => faults.length === 0);
}

export function reportText(report: GrowthReport): string {
  const rows = report.queries.map(({ area, name, besideMs, ms, boundMs, mainNode, faults }) => [
    `${area}: ${name}`,
    `${shown(besideMs.p50)} / ${shown(besideMs.p99)}`,
    `${shown(ms.p50)} / ${shown(ms.p99)}`,
    String(boundMs),
    mainNode,
    faults.length === 0 ? 'yes' : `NO: ${faults.join('; ')}`,
  ]);
  const header = [
    'query',
    `${count(report.beside)} trades: p50 / p99, ms`,
    count(report.trades),
    'bound',
    'main node',
    'kept',
  ];
  const size = `${count(report.trades)} trades, ${count(report.events)} events, ${report.gib.toFixed(1)} GiB.`;
  const missed = report.queries.filter(({ faults }) => faults.length > 0).length;
  const verdict =
    missed === 0
      ? 'Every query keeps its bound.'
      : `${missed} ${missed === 1 ? 'query does' : 'queries do'} NOT keep within ${missed === 1 ? 'its limit' : 'their limits'}.`;
  return [table(header, rows), size, verdict].join('\n\n');
}

function timesOf(measured: Measured | undefined): Verdict['ms'] {
  const { medianMs: p50 = 0, p99Ms: p99 = 0 } = measured?.waits ?? {};
  return { p50, p99 };
}

function shown(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
}

function count(value: number): string {
  return value.toLocaleString('en');
}
