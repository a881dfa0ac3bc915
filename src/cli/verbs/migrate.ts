import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withDatabase } from '../connect.ts';
import { withExamples } from '../shared-options.ts';

export function addMigrate(program: Command, cli: Cli): void {
  const command = program
    .command('migrate')
    .summary('apply missing database migrations')
    .description(
      'Applies the migrations that the database lacks, all or none, and says which. Running it twice, or two at once, does no harm.',
    )
    .action(() => migrate(cli));
  withExamples(command, [
    [
      'Before a worker that may not change the schema starts',
      'DATABASE_URL=postgres://owner@db.example/orders order-sync migrate',
    ],
  ]);
}

function migrate(cli: Cli): Promise<void> {
  return withDatabase(cli, async ({ migrations }) => {
    const applied = await migrations.migrate();
    cli.output.answer({ applied }, () =>
      applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`,
    );
  });
}
