/** The figures of a run, and everything that is wrong, with the history of each wrong order. */
import { pairs, table } from '../../src/cli/text-table.ts';
import type { Finding } from './audit.ts';
import type { Known } from './clients.ts';
import { maxByMinute, type Memory } from './memory.ts';
import type { TortureOptions } from './options.ts';
import { timelineOf } from './order-timeline.ts';

export interface TortureReport {
  mode: TortureOptions['mode'];
  seed: number;
  minutes: number;
  clients: number;
  orders: number;
  calls: Record<string, number>;
  /** By what their client knows of the placement. */
  placements: { ok: number; failed: number; unknown: number };
  byStatus: Record<string, number>;
  byScenario: Record<string, number>;
  counts: Counts;
  /** Acknowledged, but not recorded. */
  lost: number;
  /** Intents with more than one order. */
  twice: number;
  /** Orders with anything wrong. */
  wrong: number;
  /** From the end of the faults, or the last event of the exchange after it; null if the run did not wait. */
  settledAfterMs: number | null;
  findings: Finding[];
  others: string[];
  /** In MiB, of each worker. */
  maxMemoryByMinute: number[][];
  memory: Memory;
}

export interface Counts {
  faults: Record<string, number>;
  linkFaults: Record<string, number>;
  workerKills: number;
  workerEndedByItself: number;
  workerFreezes: number;
  clientKills: number;
  serverRestarts: number;
  posts: number;
  historiesReplayed: number;
}

const SHOWN = 5;

export function reportOf({
  options: { mode, seed, minutes, clients },
  orders,
  statuses,
  findings,
  memory,
  ...rest
}: Pick<TortureReport, 'findings' | 'others' | 'counts' | 'settledAfterMs' | 'memory'> & {
  options: TortureOptions;
  orders: readonly Known[];
  statuses: readonly string[];
}): TortureReport {
  const withWord = (word: string): number =>
    new Set(
      findings
        .filter(({ wrong }) => wrong.some((text) => text.startsWith(word)))
        .map(({ known }) => known.order.request.clientOrderId),
    ).size;
  const calls = orders.flatMap((known) => known.calls);
  return {
    mode,
    seed,
    minutes,
    clients,
    orders: orders.length,
    calls: countsOf(calls.map(({ name, outcome, code }) => `${name}: ${code ?? outcome}`)),
    placements: placementsOf(orders),
    byStatus: countsOf(statuses),
    byScenario: countsOf(orders.map(({ order }) => order.scenario)),
    lost: withWord('LOST'),
    twice: withWord('TWICE'),
    wrong: new Set(findings.map(({ known }) => known.order.request.clientOrderId)).size,
    findings,
    memory,
    maxMemoryByMinute: memory.map(maxByMinute),
    ...rest,
  };
}

export function isSound({ findings, others }: TortureReport): boolean {
  return findings.length === 0 && others.length === 0;
}

export function reportText(report: TortureReport): string {
  const { counts, placements } = report;
  const sum = (of: Record<string, number>): string =>
    String(Object.values(of).reduce((total, count) => total + count, 0));
  const figures = pairs([
    ['mode, seed', `${report.mode}, ${report.seed}`],
    ['orders', `${report.orders} of ${report.clients} clients`],
    ['calls', sum(report.calls)],
    ['placements', `${placements.ok} ok, ${placements.failed} failed, ${placements.unknown} unknown to their client`],
    ['POSTs', String(counts.posts)],
    ['faults at the exchange', sum(counts.faults)],
    ['faults of links', sum(counts.linkFaults)],
    [
      'workers killed',
      `${counts.workerKills} times (frozen ${counts.workerFreezes}, ended by itself ${counts.workerEndedByItself})`,
    ],
    ['clients killed', String(counts.clientKills)],
    ['servers restarted', String(counts.serverRestarts)],
    ['histories replayed', String(counts.historiesReplayed)],
    [
      'all right after the faults',
      report.settledAfterMs === null ? null : `${(report.settledAfterMs / 1_000).toFixed(1)} s`,
    ],
    ...report.maxMemoryByMinute.map(
      (most, index) => [`memory of worker ${index + 1}, MiB by minute`, most.join(' ')] as const,
    ),
    ['lost', String(report.lost)],
    ['twice', String(report.twice)],
    ['orders of which anything is wrong', String(report.wrong)],
  ]);
  const lists = [
    table(['fault', 'times'], rows(counts.faults)),
    table(['link', 'times'], rows(counts.linkFaults)),
    table(['call', 'times'], rows(report.calls)),
    table(['status', 'orders'], rows(report.byStatus)),
    table(['scenario', 'orders'], rows(report.byScenario)),
  ];
  const verdict = isSound(report)
    ? 'Everything is right.'
    : `${report.wrong + report.others.length} things are WRONG. Repeat the same run with --seed ${report.seed}.`;
  return [...lists, figures, ...report.others, ...report.findings.slice(0, SHOWN).map(timelineOf), verdict].join(
    '\n\n',
  );
}

export function countsOf(words: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]));
}

function placementsOf(orders: readonly Known[]): TortureReport['placements'] {
  const placements = { ok: 0, failed: 0, unknown: 0 };
  for (const { calls } of orders) {
    const outcomes = calls.filter(({ request }) => request !== null).map(({ outcome }) => outcome);
    placements[outcomes.includes('ok') ? 'ok' : outcomes.includes('unknown') ? 'unknown' : 'failed'] += 1;
  }
  return placements;
}

function rows(counts: Record<string, number>): string[][] {
  return Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => [name, String(count)]);
}
