import { randomUUID } from 'node:crypto';
import { WorkflowFailedError, type Client } from '@temporalio/client';
import type { Command } from 'commander';
import type { ReconcileInput, ReconcileReport, ReportedDifference } from '../../domain/reconciliation/report.ts';
import type { Cli } from '../cli.ts';
import { withTemporal } from '../connect.ts';
import { withExamples } from '../shared-options.ts';
import { CouldNotError } from '../failure.ts';
import { pairs, plain, table } from '../text-table.ts';

interface Flags {
  dryRun?: boolean;
}

/** A run ends itself after 4 minutes; this is for one that no worker takes. */
const GIVE_UP_AFTER_MS = 360_000;

export function addReconcile(program: Command, cli: Cli): void {
  const command = program
    .command('reconcile')
    .summary('compare all orders with the exchange now')
    .description(
      "Compares open trades, the exchange's orders and the workflows now, as the schedule does every minute, has what differs repaired, and prints what was found.",
    )
    .option('--dry-run', 'only report differences; nothing is written, signalled or alerted')
    .action((flags: Flags) => reconcile(flags, cli));
  withExamples(command, [['What would be found and repaired', 'order-sync reconcile --dry-run']]);
}

async function reconcile({ dryRun = false }: Flags, cli: Cli): Promise<void> {
  const report = await withTemporal(cli, (client) => run(client, cli, { dryRun }));
  cli.output.answer(report, () => describe(report));
  if (report.status === 'failed') throw new CouldNotError('nothing could be compared');
}

async function run(
  client: Client,
  { taskQueue = 'orders', stop }: Cli,
  input: ReconcileInput,
): Promise<ReconcileReport> {
  const handle = await client.workflow.start('reconcileWorkflow', {
    taskQueue,
    workflowId: `reconcile-orders-by-hand-${randomUUID()}`,
    args: [input],
    workflowRunTimeout: GIVE_UP_AFTER_MS,
  });
  const ended = handle.result() as Promise<ReconcileReport>;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop.addEventListener('abort', () => reject(stop.reason), { once: true });
  });
  try {
    return await Promise.race([ended, stopped]);
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    throw new CouldNotError(
      `the run did not end (${error.cause?.message ?? error.message}): is a worker running? Check with \`order-sync doctor\``,
    );
  }
}

function describe(report: ReconcileReport): string {
  const { runId, status, differences, gaps, unreadable } = report;
  const name = runId === null ? 'The dry run' : `Run ${runId}`;
  const figures = pairs([
    ['trades checked', String(report.tradesChecked)],
    ['orders seen', String(report.ordersSeen)],
    ['issues found', String(report.issuesFound)],
    ['issues resolved', runId === null ? null : String(report.issuesResolved)],
    ['requests used', String(report.requestsUsed)],
  ]);
  return [
    `${name} is ${status}.`,
    figures,
    ...gaps.map((gap) => `  not seen: ${plain(gap)}`),
    ...unreadable.map(({ orderId, problem }) => `  not readable: order ${plain(orderId)}: ${plain(problem)}`),
    ...(differences.length > 0 ? ['', differenceTable(differences)] : []),
  ].join('\n');
}

function differenceTable(differences: readonly ReportedDifference[]): string {
  return table(
    ['KIND', 'ORDER', 'BOT', 'HERE', 'EXCHANGE', '', 'WHAT'],
    differences.map((one) => [
      one.kind,
      plain(one.clientOrderId ?? one.orderId ?? ''),
      plain(one.botId ?? ''),
      one.dbStatus ?? '-',
      plain(one.exchangeStatus ?? '-'),
      one.disposition,
      plain(one.detail),
    ]),
  );
}
