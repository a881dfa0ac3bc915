/** What has to be done between the restore of a database's backup and the start of the engine. */
import type { Command } from 'commander';
import { KeyFileError } from '../../audit/log/key-file.ts';
import { NoteError } from '../../audit/log/signed-note.ts';
import { recordRestore } from '../../audit/log/record-restore.ts';
import type { Database } from '../../database/database.ts';
import { readSettings } from '../../engine/settings/settings.ts';
import { logFiles } from '../../local/locations.ts';
import { commandIdentity } from '../../process/identity.ts';
import type { Cli } from '../cli.ts';
import { withMigrated } from '../connect.ts';
import { CouldNotError } from '../failure.ts';
import { requesterOf, withExamples } from '../shared-options.ts';

interface Flags {
  requestedBy?: string;
  reason: string;
}

export function addAfterRestore(program: Command, cli: Cli): void {
  const command = program
    .command('after-restore')
    .summary('prepare a database that was restored from a backup')
    .description(
      "Prepares a restored database before the engine starts on it: halts placing for all, until reconciliation has found what the backup does not know; moves PostgreSQL's counter of transactions past the rows of a dump; and has this machine's heads file say that the transparency log was set back. Stop every engine first, and run it on each machine that runs one. Running it again changes nothing.",
    )
    .requiredOption(
      '--reason <why>',
      'why, such as the time of the backup; recorded, and shown to bots that are refused',
    )
    .option('--requested-by <who>', 'who asks; recorded (default: the user of this shell)')
    .action((flags: Flags) => afterRestore(flags, cli));
  withExamples(command, [
    ['The backup of the morning', 'order-sync after-restore --reason "backup of 2026-11-23 06:00"'],
  ]);
}

function afterRestore(flags: Flags, cli: Cli): Promise<void> {
  const { output, environment } = cli;
  return withMigrated(cli, async (database) => {
    await assertNoEngine(database);
    const requestedBy = requesterOf(flags, cli).requestedBy ?? 'unknown';
    const asked = { requestedBy, reason: flags.reason };
    const { since } = await database.halts.halt({
      ...asked,
      botId: null,
      cancelOpen: false,
      sentBy: commandIdentity(),
    });
    const transactions = await passTransactions(database, cli);
    const files = logFiles(readSettings(environment));
    const log = await recordRestore(database.log, files, asked).catch((error: unknown) => {
      if (error instanceof KeyFileError || error instanceof NoteError) throw new CouldNotError(error.message);
      throw error;
    });
    output.answer({ haltedSince: since, transactionsPassed: transactions, log }, () =>
      [
        `Placing is halted since ${since}.`,
        ...(transactions > 0 ? [`The counter of transactions was ${transactions} behind the rows.`] : []),
        log === null
          ? `The transparency log has grown from the last head in ${files.headsFile}.`
          : `The transparency log had ${log.had} leaves and has ${log.has}: ${files.headsFile} says why.`,
      ].join('\n'),
    );
    output.hint(
      'Start the engine, run `order-sync reconcile` until it finds nothing new, look at `order-sync issues`, and then `order-sync resume`.',
    );
  });
}

/** It would place orders, and would not read the heads file again. */
async function assertNoEngine({ requestLeases }: Database): Promise<void> {
  const leases = (await requestLeases.list()).filter(({ isLeaving }) => !isLeaving);
  if (leases.length > 0) {
    throw new CouldNotError(
      `${leases.length} ${leases.length === 1 ? 'process of the engine works' : 'processes of the engine work'} on this database: stop them first`,
    );
  }
}

/** Answers how many. */
async function passTransactions({ transactions }: Database, { output, stop }: Cli): Promise<number> {
  const behind = await transactions.behind();
  for (let left = behind; left > 0; left = await transactions.behind()) {
    if (stop.aborted) throw new CouldNotError(`stopped with ${left} transactions to go: run it again to continue`);
    output.foot(`${left} transactions to go`);
    await transactions.pass(left);
  }
  output.foot(null);
  return behind;
}
