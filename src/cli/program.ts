/** The command `order-sync`: its verbs, and what their failures mean for the caller. */
import { Command } from 'commander';
import { ownVersion } from '../process/identity.ts';
import type { Cli } from './cli.ts';
import { failureOf, type ExitStatus } from './failure.ts';
import { addAdopt } from './verbs/adopt.ts';
import { addAfterRestore } from './verbs/after-restore.ts';
import { addAudit } from './verbs/audit.ts';
import { addCanTrade } from './verbs/can-trade.ts';
import { addCanary } from './verbs/canary.ts';
import { addCancel } from './verbs/cancel.ts';
import { addDoctor } from './verbs/doctor.ts';
import { addHalt, addResume } from './verbs/halt.ts';
import { addIssues } from './verbs/issues.ts';
import { addList } from './verbs/list.ts';
import { addMigrate } from './verbs/migrate.ts';
import { addPayloadKey } from './verbs/payload-key.ts';
import { addPlace } from './verbs/place.ts';
import { addReconcile } from './verbs/reconcile.ts';
import { addReport } from './verbs/report.ts';
import { addResolve } from './verbs/resolve.ts';
import { addDemo, addStart, addWorker } from './verbs/servers.ts';
import { addSimulator } from './verbs/simulator.ts';
import { addStatus } from './verbs/status.ts';
import { addSync } from './verbs/sync.ts';
import { addToken } from './verbs/token.ts';

/** In the order of the help. */
const VERBS = [
  addPlace,
  addStatus,
  addList,
  addCanTrade,
  addSync,
  addCancel,
  addResolve,
  addAdopt,
  addReconcile,
  addIssues,
  addReport,
  addHalt,
  addResume,
  addAudit,
  addDoctor,
  addCanary,
  addToken,
  addPayloadKey,
  addMigrate,
  addAfterRestore,
  addStart,
  addWorker,
  addDemo,
  addSimulator,
];

/** Runs one command line, without the program's name, and answers the exit status. */
export async function run(argv: readonly string[], cli: Cli): Promise<ExitStatus> {
  try {
    await createProgram(cli).parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    const { status, message } = failureOf(error, cli.stop);
    if (message !== null) cli.output.error(`${cli.output.paint.red('error:')} ${message}`);
    return status;
  }
}

export function createProgram(cli: Cli): Command {
  const { output } = cli;
  const program = new Command('order-sync')
    .description("Places orders and keeps each one's database row true to the exchange.")
    .option('--json', 'print JSON')
    .version(ownVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help, with examples')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => output.help(text),
      writeErr: (text) => output.error(text),
      getOutHasColors: () => output.paint.isColorSupported,
      getErrHasColors: () => output.paint.isColorSupported,
    })
    .showHelpAfterError('Run it with --help for usage and examples.')
    .exitOverride()
    .addHelpText(
      'after',
      '\nAn id is a client order id or an exchange order id; the first characters are enough where they fit one order.' +
        '\nExit status: 0 done, 1 it could not, 2 wrong usage.',
    );
  program.hook('preAction', () => {
    output.json = program.opts<{ json?: boolean }>().json === true;
  });
  for (const addVerb of VERBS) addVerb(program, cli);
  return program;
}
