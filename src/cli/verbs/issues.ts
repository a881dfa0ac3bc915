import type { Command } from 'commander';
import type { SyncIssue } from '../../domain/reconciliation/issue.ts';
import type { Cli } from '../cli.ts';
import { withReconciliations } from '../connect.ts';
import { withExamples } from '../shared-options.ts';
import { plain, table } from '../text-table.ts';

interface Flags {
  all?: boolean;
  cursor?: string;
}

const SHOWN = 100;

export function addIssues(program: Command, cli: Cli): void {
  const command = program
    .command('issues')
    .summary('list the open issues that reconciliation found')
    .description('Lists the differences between database, exchange and workflows that are not resolved, newest first.')
    .option('--all', 'include resolved ones')
    .option('--cursor <cursor>', 'continue after the previous page')
    .action((flags: Flags) => issues(flags, cli));
  withExamples(command, [['What needs attention', 'order-sync issues']]);
}

function issues({ all = false, cursor }: Flags, cli: Cli): Promise<void> {
  return withReconciliations(cli, async (reconciliations) => {
    const filter = { limit: SHOWN, unresolved: !all, ...(cursor !== undefined && { cursor }) };
    const page = await reconciliations.listIssues(filter);
    cli.output.answer(page, () => (page.items.length === 0 ? 'No issues.' : issueTable(page.items)));
    if (page.nextCursor !== null) cli.output.hint(`There are more: add --cursor ${page.nextCursor}`);
  });
}

function issueTable(issues: readonly SyncIssue[]): string {
  return table(
    ['FOUND', 'KIND', 'ORDER', 'HERE', 'EXCHANGE', 'AGE', 'BLOCKED', 'RESOLVED'],
    issues.map((issue) => [
      issue.detectedAt.slice(0, 19),
      issue.kind,
      plain(issue.clientOrderId ?? issue.orderId ?? ''),
      issue.dbStatus ?? '-',
      plain(issue.coinbaseStatus ?? '-'),
      issue.ageHours === null ? '' : `${issue.ageHours} h`,
      issue.blockedSeconds === null ? '' : `${issue.blockedSeconds} s`,
      plain(issue.resolution ?? ''),
    ]),
  );
}
