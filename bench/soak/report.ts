/** The figures of a soak, and the orders that came out wrong. */
import { table, pairs } from '../../src/cli/text-table.ts';
import type { Waits } from '../waits.ts';
import type { Finding } from './audit.ts';

export interface SoakReport {
  seed: number;
  minutes: number;
  orders: number;
  byStory: Record<string, number>;
  byStatus: Record<string, number>;
  faults: Record<string, number>;
  kills: number;
  workerEndedByItself: number;
  serverRestarts: number;
  posts: number;
  botErrors: Record<string, number>;
  /** Orders that the exchange has twice, or POSTs that should not have been. */
  duplicates: number;
  /** Acknowledged orders without a row, or without anybody who watches them. */
  lost: number;
  /** Orders of which nobody can know how they stand. */
  unknowable: number;
  /** Ended orders whose fills had to be asked for again by hand. */
  syncedByHand: number;
  /** From the order's end at the exchange to its committed end. */
  toConverge: Waits;
  /** From the end of the faults until database and ledger were equal. */
  settledAfterMs: number;
  historiesReplayed: number;
  differing: number;
  findings: Finding[];
  others: string[];
}

const SHOWN = 5;

export function isEqual({ findings, others }: SoakReport): boolean {
  return findings.length === 0 && others.length === 0;
}

export function reportText(report: SoakReport): string {
  const { toConverge: waits } = report;
  const faults = Object.values(report.faults).reduce((sum, count) => sum + count, 0);
  const figures = pairs([
    ['seed', String(report.seed)],
    ['orders', String(report.orders)],
    ['POSTs of them', String(report.posts)],
    ['faults', String(faults)],
    ['worker killed', `${report.kills} times (and ended by itself ${report.workerEndedByItself} times)`],
    ['servers restarted', String(report.serverRestarts)],
    ["errors that the bot's calls were repeated after", counted(report.botErrors)],
    ['duplicates', String(report.duplicates)],
    ['lost', String(report.lost)],
    ['stale, because nobody can know', String(report.unknowable)],
    ['fills asked for again by hand', String(report.syncedByHand)],
    [
      'time to converge, mean / median',
      `${seconds(waits.meanMs)} / ${seconds(waits.medianMs)} (${waits.count} orders)`,
    ],
    ['time to converge, p99 / worst', `${seconds(waits.p99Ms)} / ${seconds(waits.worstMs)}`],
    ['all equal after the faults', seconds(report.settledAfterMs)],
    ['histories replayed', String(report.historiesReplayed)],
    ['differing', String(report.differing)],
  ]);
  const lists = [
    table(['fault', 'times'], rows(report.faults)),
    table(['status', 'orders'], rows(report.byStatus)),
    table(['story', 'orders'], rows(report.byStory)),
  ];
  const verdict = isEqual(report)
    ? 'Database and ledger are equal.'
    : `Database and ledger DIFFER. Run it again with --seed ${report.seed}.`;
  return [...lists, figures, ...report.others, ...report.findings.slice(0, SHOWN).map(findingText), verdict].join(
    '\n\n',
  );
}

function findingText({ clientOrderId, story, wrong, recorded }: Finding): string {
  const events = recorded.events.map(({ at, toStatus, cause, source, evidence }) => [
    at.slice(11, 23),
    toStatus,
    cause,
    source,
    JSON.stringify(evidence ?? {}).slice(0, 150),
  ]);
  return `${clientOrderId} (${story}): ${wrong.join('; ')}\n${table(['at', 'status', 'cause', 'source', 'evidence'], events)}`;
}

function rows(counts: Record<string, number>): string[][] {
  return Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => [name, String(count)]);
}

function counted(counts: Record<string, number>): string {
  return (
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || 'none'
  );
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
