/** The figures of a run beside their goals. */
import { pairs, table } from '../../src/cli/text-table.ts';
import type { Finding } from '../torture/audit.ts';
import { maxByMinute, type Memory } from '../torture/memory.ts';
import { timelineOf } from '../torture/order-timeline.ts';
import type { Waits } from '../waits.ts';
import type { ClusterOptions } from './options.ts';

export interface ClusterReport {
  options: ClusterOptions;
  orders: number;
  /** Orders of which the exchange has seen a POST; the others were not placed in time, or cancelled before. */
  reachedExchange: number;
  kills: number;
  killsOfAll: number;
  endedByThemselves: number;
  settledAfterMs: number;
  firstRequestsMs: number[];
  absencesMs: number[];
  longestAbsenceMs: number;
  requests: number;
  /** The most requests in any one second, as the exchange counted them. */
  busiestSecond: number;
  blocked: Waits;
  /** Orders with anything wrong. */
  lost: number;
  twice: number;
  wrong: number;
  findings: Finding[];
  others: string[];
  memory: Memory;
  verdicts: Verdict[];
}

export interface Verdict {
  what: string;
  goal: string;
  measured: string;
  isMet: boolean;
}

/** Of the rate, and of the orders: a run that places little proves little. */
const PLACED = 0.9;
const FEED_AWAY_MS = 10_000;
const FIRST_REQUEST_MS = 2_000;
/** How much more memory the last fifth of a run without kills may need than the second. */
const GROWTH = 1.1;
const SHOWN = 5;

export function reportOf(run: Omit<ClusterReport, 'lost' | 'twice' | 'wrong' | 'verdicts'>): ClusterReport {
  const withWord = (word: string): number =>
    run.findings.filter(({ wrong }) => wrong.some((text) => text.startsWith(word))).length;
  const counted = {
    lost: withWord('LOST'),
    twice: withWord('TWICE'),
    wrong: new Set(run.findings.map(({ known }) => known.order.request.clientOrderId)).size,
  };
  return { ...run, ...counted, verdicts: verdictsOf({ ...run, ...counted }) };
}

export function isSound({ verdicts }: ClusterReport): boolean {
  return verdicts.every(({ isMet }) => isMet);
}

function verdictsOf(run: Omit<ClusterReport, 'verdicts'>): Verdict[] {
  const { options, lost, twice, wrong, others, busiestSecond, longestAbsenceMs, firstRequestsMs, memory } = run;
  const wanted = options.ordersPerSecond * options.minutes * 60;
  const atMost = (what: string, value: number, most: number, unit = ''): Verdict => ({
    what,
    goal: most === 0 ? '0' : `≤ ${most}${unit}`,
    measured: `${Number(value.toFixed(1))}${unit}`,
    isMet: value <= most,
  });
  const atLeast = (what: string, value: number, least: number): Verdict => ({
    what,
    goal: `≥ ${Math.ceil(least)}`,
    measured: String(value),
    isMet: value >= least,
  });
  const verdicts = [
    atLeast('orders that bots asked for', run.orders, PLACED * wanted),
    atLeast('orders that reached the exchange in time', run.reachedExchange, PLACED * run.orders),
    atMost('orders lost', lost, 0),
    atMost('orders placed twice', twice, 0),
    atMost('anything else that is wrong', wrong + others.length - lost - twice, 0),
    atMost('requests in any one second, of the whole deployment', busiestSecond, options.budget),
  ];
  if (!options.kills) return [...verdicts, ...memory.map(growthOf)];
  return [
    ...verdicts,
    atLeast('workers killed', run.kills, 1),
    atLeast('times that all workers were killed at once', firstRequestsMs.length, 1),
    atMost('longest absence of the feed', longestAbsenceMs / 1_000, FEED_AWAY_MS / 1_000, ' s'),
    atMost(
      'first request of a lone worker that restarts',
      Math.max(0, ...firstRequestsMs) / 1_000,
      FIRST_REQUEST_MS / 1_000,
      ' s',
    ),
  ];
}

function growthOf(samples: Memory[number], worker: number): Verdict {
  const part = (from: number, to: number): number => {
    const some = samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to));
    return Math.max(0, ...some.map(({ mib }) => mib));
  };
  const growth = part(0.8, 1) / part(0.2, 0.4);
  const measured = `${growth.toFixed(2)} × (${maxByMinute(samples).join(' ')} MiB by minute)`;
  const what = `memory of worker ${worker + 1}, the last fifth of the run beside its second`;
  return { what, goal: `≤ ${GROWTH} ×`, measured, isMet: growth <= GROWTH };
}

export function reportText(report: ClusterReport): string {
  const { options, blocked, kills, endedByThemselves } = report;
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  const figures = pairs([
    ['workers, minutes, seed', `${options.workers}, ${options.minutes}, ${options.seed}`],
    ['orders', `${report.orders} (${options.orders}, ${(report.orders / options.minutes / 60).toFixed(1)} a second)`],
    ['requests', `${report.requests} of a budget of ${options.budget} a second`],
    ['workers killed', `${kills} (all at once ${report.killsOfAll} times; ended by themselves ${endedByThemselves})`],
    ['absences of the feed', report.absencesMs.map(seconds).join(', ')],
    ['first requests of a lone worker, after it is ready', report.firstRequestsMs.map(seconds).join(', ')],
    [
      'blocked, of orders that fill at once: p50 / p99 / worst',
      [blocked.medianMs, blocked.p99Ms, blocked.worstMs].map(seconds).join(' / '),
    ],
    ['all right after the last kill', seconds(report.settledAfterMs)],
  ]);
  const judged = table(
    ['what', 'goal', 'measured', 'met'],
    report.verdicts.map(({ what, goal, measured, isMet }) => [what, goal, measured, isMet ? 'yes' : 'NO']),
  );
  const verdict = isSound(report)
    ? 'Everything is as it should be.'
    : `Something is NOT as it should be. Repeat the same run with --seed ${options.seed}.`;
  return [figures, ...report.others, ...report.findings.slice(0, SHOWN).map(timelineOf), judged, verdict].join('\n\n');
}
