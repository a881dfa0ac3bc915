import type { Command } from 'commander';
import { readSettings } from '../../engine/settings/settings.ts';
import type { Cli } from '../cli.ts';
import { withExamples } from '../shared-options.ts';
import { CouldNotError } from '../failure.ts';
import { ok, type Finding, type Level } from '../doctor/finding.ts';
import type { Paint } from '../output.ts';
import { plain, table } from '../text-table.ts';

export function addDoctor(program: Command, cli: Cli): void {
  const command = program
    .command('doctor')
    .summary('check the installation')
    .description(
      'Checks Temporal, the workers, the database, the exchange and the clocks, all at once and each within 15 seconds, and says what to do about what is wrong; shows the versions of all of them, and what is open on earlier builds. Changes nothing. Exits 1 when something fails; a warning is not a failure.',
    )
    .action(() => doctor(cli));
  withExamples(command, [
    ['Is everything in order?', 'order-sync doctor'],
    ['Which versions run here', "order-sync doctor --json | jq '.findings[] | select(.details) | {check, details}'"],
    ['What is not in order, for a script', 'order-sync doctor --json | jq \'.findings[] | select(.level != "ok")\''],
  ]);
}

async function doctor(cli: Cli): Promise<void> {
  const { output } = cli;
  const [{ examineInstalled, installedBuildId }, { examineTemporal }, { examineDatabase, examineExchange }] =
    await Promise.all([
      import('../doctor/installed.ts'),
      import('../doctor/temporal.ts'),
      import('../doctor/checks.ts'),
    ]);
  const buildId = installedBuildId();
  const found = await Promise.all([
    examineInstalled(buildId),
    examineTemporal(
      cli,
      buildId.catch(() => null),
    ),
    examineDatabase(cli),
    examineExchange(cli),
  ]);
  const findings = [...found.flat(), encryption(cli), embedded(cli)];
  output.answer({ findings }, () => describe(findings, output.paint));
  const failed = findings.filter(({ level }) => level === 'fail').length;
  if (failed > 0) throw new CouldNotError(`${failed} of ${findings.length} checks failed`);
}

function encryption({ environment }: Cli): Finding {
  const { keys, encryptsWith } = readSettings(environment).payloadKeys;
  const ids = keys.map(({ id }) => id).join(', ');
  const read = ids === '' ? '' : `; those of ${ids} can be read`;
  const says = encryptsWith === null ? 'nothing new is encrypted' : `encrypted with the key ${encryptsWith}`;
  return ok('payloads in Temporal', `${says}${read}`);
}

/** Which parts are those of `order-sync start`, because the settings name no others. */
function embedded({ environment }: Cli): Finding {
  const { temporal, databaseUrl, coinbase } = readSettings(environment);
  const parts = [
    temporal.address === null && 'Temporal',
    databaseUrl === null && 'PostgreSQL',
    coinbase === null && 'the simulated exchange',
  ].filter((part) => part !== false);
  const says = parts.length === 0 ? 'none is used' : `${parts.join(', ')} of \`order-sync start\` on this machine`;
  return ok('embedded servers', says);
}

function describe(findings: readonly Finding[], paint: Paint): string {
  const colour: Record<Level, (text: string) => string> = { ok: paint.green, warn: paint.yellow, fail: paint.red };
  const rows = findings.map(({ check, level, says, remedy }) => [
    colour[level](level),
    check,
    plain(remedy === null ? says : `${says}: ${remedy}`),
  ]);
  return table(['', 'CHECK', 'FINDING'], rows);
}
