import { InvalidArgumentError, type Command } from 'commander';
import type { SyncSummary } from '../../ports/reconciliation-store.ts';
import type { Cli } from '../cli.ts';
import { withReconciliations } from '../connect.ts';
import { withExamples } from '../shared-options.ts';
import { table } from '../text-table.ts';

interface Flags {
  since: string;
}

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

export function addReport(program: Command, cli: Cli): void {
  const command = program
    .command('report')
    .summary('summarise how order ends were detected, how fast, and what was missed')
    .description(
      'Summarises the time since a given moment: which layer detected the ends of orders, how long after the fill the bot was released, how long bots were blocked needlessly, and what differed.',
    )
    .option('--since <time>', 'a time, or how long ago: 30m, 24h, 7d', timeOf, timeOf('24h'))
    .action((flags: Flags) => report(flags, cli));
  withExamples(command, [['The last week', 'order-sync report --since 7d']]);
}

function report({ since }: Flags, cli: Cli): Promise<void> {
  return withReconciliations(cli, async (reconciliations) => {
    const summary = await reconciliations.summarise(since);
    cli.output.answer(summary, () => describe(summary));
  });
}

function describe({ since, detection, issues, runs }: SyncSummary): string {
  const layers = detection.map((row) => [
    row.layer,
    String(row.trades),
    seconds(row.latencySecondsP50),
    seconds(row.latencySecondsP99),
    seconds(row.latencySecondsMax),
  ]);
  const kinds = issues.map((row) => [
    row.kind,
    String(row.found),
    String(row.resolved),
    String(row.open),
    seconds(row.blockedSeconds),
  ]);
  return [
    `Since ${since}:`,
    '',
    layers.length === 0 ? 'No order has ended.' : table(['SEEN BY', 'TRADES', 'P50', 'P99', 'LONGEST'], layers),
    '',
    kinds.length === 0 ? 'Nothing differed.' : table(['DIFFERENCE', 'FOUND', 'RESOLVED', 'OPEN', 'BLOCKED'], kinds),
    '',
    `Reconciliation: ${runs.complete} complete, ${runs.partial} partial, ${runs.failed} failed, ${runs.unfinished} unfinished; ${runs.requestsUsed} requests.`,
  ].join('\n');
}

function seconds(value: string | null): string {
  return value === null ? '-' : `${value} s`;
}

function timeOf(text: string): string {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit];
  const timeMs = unitMs === undefined ? Date.parse(text) : Date.now() - Number(count) * unitMs;
  if (Number.isNaN(timeMs))
    throw new InvalidArgumentError('It must be a time such as 2026-11-23T12:00:00Z, or 30m, 24h, 7d.');
  return new Date(timeMs).toISOString();
}
