import { ScheduleNotFoundError, type ScheduleHandle } from '@temporalio/client';
import type { Command } from 'commander';
import { RECONCILE_SCHEDULE } from '../../temporal/reconcile-schedule.ts';
import type { Cli } from '../cli.ts';
import { withTemporal } from '../connect.ts';
import { CouldNotError } from '../failure.ts';

export function addPause(program: Command, cli: Cli): void {
  program
    .command('pause')
    .summary('stop the regular reconciliation')
    .description('Stops the schedule of reconciliation until `resume`. Orders are placed and watched as before.')
    .option('--reason <text>', 'why, to be read in the Temporal UI', 'paused by order-sync')
    .action(({ reason }: { reason: string }) => change(cli, true, (schedule) => schedule.pause(reason)));
}

export function addResume(program: Command, cli: Cli): void {
  program
    .command('resume')
    .summary('go on with the regular reconciliation')
    .description('Lets the schedule of reconciliation go on after `pause`.')
    .action(() => change(cli, false, (schedule) => schedule.unpause('resumed by order-sync')));
}

function change(cli: Cli, paused: boolean, act: (schedule: ScheduleHandle) => Promise<void>): Promise<void> {
  return withTemporal(cli, async (client) => {
    try {
      await act(client.schedule.getHandle(RECONCILE_SCHEDULE));
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      throw new CouldNotError(`there is no schedule ${RECONCILE_SCHEDULE} yet: the first worker that starts makes it`);
    }
    cli.output.answer({ schedule: RECONCILE_SCHEDULE, paused }, () =>
      paused ? 'Reconciliation is paused: `order-sync resume` goes on with it.' : 'Reconciliation goes on.',
    );
  });
}
