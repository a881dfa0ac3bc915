import { appendFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { makePayloadKey } from '../../encryption/payload-keys.ts';
import type { Cli } from '../cli.ts';
import { CouldNotError, UsageError } from '../failure.ts';
import { withExamples } from '../shared-options.ts';

export function addPayloadKey(program: Command, cli: Cli): void {
  const command = program
    .command('payload-key')
    .summary('make a key that encrypts what Temporal is given')
    .description(
      'Makes a line of ORDER_SYNC_PAYLOAD_KEYS: an id, and a random key of 256 bits for AES-256-GCM. The first line encrypts, every line decrypts; engines and bots need the same ones. Anyone who has the key can read what it has encrypted; where it is lost, nobody can.',
    )
    .argument('<id>', 'names the key beside each payload that it encrypts, such as 2026-11')
    .option('--append-to <file>', 'append the line to this file, and do not print it')
    .action((id: string, flags: { appendTo?: string }) => make(id, flags, cli));
  withExamples(command, [
    [
      'The first key, and ORDER_SYNC_PAYLOAD_KEYS_FILE=payload-keys',
      'order-sync payload-key 2026-11 --append-to payload-keys',
    ],
  ]);
}

async function make(id: string, { appendTo }: { appendTo?: string }, { output }: Cli): Promise<void> {
  let line: string;
  try {
    line = makePayloadKey(id);
  } catch (error) {
    throw new UsageError([`<id>: it ${(error as Error).message}`]);
  }
  if (appendTo === undefined) return output.answer({ id, line }, () => line);
  await appendFile(appendTo, `${line}\n`, { mode: 0o600 }).catch((error: Error) => {
    throw new CouldNotError(`${appendTo} cannot be written: ${error.message}`);
  });
  output.answer({ id, file: appendTo }, () => `The key ${id} is appended to ${appendTo}. Keep a copy in a safe place.`);
}
