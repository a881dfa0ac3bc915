import { ScheduleNotFoundError, type ScheduleHandle } from '@temporalio/client';
import type { Command } from 'commander';
import { reconcileScheduleId } from '../../temporal/reconcile-schedule.ts';
import type { Cli } from '../cli.ts';
import { withTemporal } from '../connect.ts';
import { CouldNotError } from '../failure.ts';

export function addPause(program: Command, cli: Cli): void {
  program
    .command('pause')
    .summary('pause scheduled reconciliation')
    .description('Pauses scheduled reconciliation until `resume`. Orders are placed and monitored as before.')
    .option('--reason <text>', 'shown in the Temporal UI', 'paused by order-sync')
    .action(({ reason }: { reason: string }) => change(cli, true, (schedule) => schedule.pause(reason)));
}

export function addResume(program: Command, cli: Cli): void {
  program
    .command('resume')
    .summary('resume scheduled reconciliation')
    .description('Resumes scheduled reconciliation after `pause`.')
    .action(() => change(cli, false, (schedule) => schedule.unpause('resumed by order-sync')));
}

function change(cli: Cli, paused: boolean, act: (schedule: ScheduleHandle) => Promise<void>): Promise<void> {
  const schedule = reconcileScheduleId(cli.taskQueue ?? 'orders');
  return withTemporal(cli, async (client) => {
    try {
      await act(client.schedule.getHandle(schedule));
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      throw new CouldNotError(`the schedule ${schedule} does not exist yet: start a worker, which creates it`);
    }
    cli.output.answer({ schedule, paused }, () =>
      paused ? 'Reconciliation is paused. Run `order-sync resume` to resume it.' : 'Reconciliation is resumed.',
    );
  });
}
