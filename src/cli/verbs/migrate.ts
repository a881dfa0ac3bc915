import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withDatabase } from '../connect.ts';
import { withExamples } from '../shared-options.ts';

interface Flags {
  grantWorker?: string;
  grantAuditor?: string;
}

export function addMigrate(program: Command, cli: Cli): void {
  const command = program
    .command('migrate')
    .summary('apply missing database migrations')
    .description(
      'Applies the migrations that the database lacks, all or none, and says which. Running it twice, or two at once, does no harm. The roles of --grant-worker and --grant-auditor get what they need of the tables, and lose what they had beyond it.',
    )
    .option(
      '--grant-worker <role>',
      'a role that the engine works with: it may neither change the schema nor undo events',
    )
    .option('--grant-auditor <role>', 'a role that may read everything and write nothing')
    .action((flags: Flags) => migrate(flags, cli));
  withExamples(command, [
    [
      'Before a worker that may not change the schema starts',
      'DATABASE_URL=postgres://owner@db.example/orders order-sync migrate --grant-worker order_sync_worker',
    ],
  ]);
}

function migrate({ grantWorker, grantAuditor }: Flags, cli: Cli): Promise<void> {
  return withDatabase(cli, async ({ migrations }) => {
    const applied = await migrations.migrate();
    if (grantWorker !== undefined) await migrations.grantTo('worker', grantWorker);
    if (grantAuditor !== undefined) await migrations.grantTo('auditor', grantAuditor);
    cli.output.answer({ applied }, () =>
      applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`,
    );
  });
}
