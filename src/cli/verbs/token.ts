import { appendFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { makeToken, ROLES, type Role } from '../../process/access-tokens.ts';
import type { Cli } from '../cli.ts';
import { CouldNotError, UsageError } from '../failure.ts';
import { withExamples } from '../shared-options.ts';
import { pairs } from '../text-table.ts';

interface Flags {
  role: Role[];
  appendTo?: string;
}

export function addToken(program: Command, cli: Cli): void {
  const command = program
    .command('token')
    .summary('make a token for the HTTP interface')
    .description(
      'Makes a token and the line of ORDER_SYNC_HTTP_TOKENS_FILE that lets its bearer in. The token is shown this once; the file has its hash alone. A running engine picks the line up within two seconds. Remove it to revoke the token.',
    )
    .argument('<name>', 'who will use it; recorded with what is asked by it')
    .addOption(
      new Option('--role <role...>', 'what its bearer may do; place and operate may read, too')
        .choices(ROLES)
        .makeOptionMandatory(),
    )
    .option('--append-to <file>', 'append the line to this file')
    .action((name: string, flags: Flags) => make(name, flags, cli));
  withExamples(command, [
    ['For a dashboard', 'order-sync token grafana --role read'],
    ['For a bot that places its orders over HTTP', 'order-sync token bot7 --role place --append-to tokens'],
  ]);
}

async function make(name: string, { role, appendTo }: Flags, { output }: Cli): Promise<void> {
  const roles = ROLES.filter((one) => role.includes(one));
  let made: ReturnType<typeof makeToken>;
  try {
    made = makeToken(name, roles);
  } catch {
    throw new UsageError(['<name>: use 1 to 64 of A-Z a-z 0-9 . _ -, and begin with a letter or a digit']);
  }
  const { token, line } = made;
  if (appendTo !== undefined) {
    await appendFile(appendTo, `${line}\n`, { mode: 0o600 }).catch((error: Error) => {
      throw new CouldNotError(`${appendTo} cannot be written: ${error.message}`);
    });
  }
  const place = appendTo === undefined ? 'Append the line to ORDER_SYNC_HTTP_TOKENS_FILE' : `Appended to ${appendTo}`;
  output.answer({ name, roles, token, line }, () =>
    [
      pairs([
        ['token', token],
        ['line', line],
      ]),
      `${place}; the token is not shown again.`,
    ].join('\n'),
  );
}
