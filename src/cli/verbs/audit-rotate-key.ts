import type { Command } from 'commander';
import { openCheckpoint } from '../../audit/log/checkpoint.ts';
import { lastHead } from '../../audit/log/heads-file.ts';
import { addKey, KeyFileError, readKeyFile, retireOldKeys } from '../../audit/log/key-file.ts';
import { encodeVerifierKey, NoteError, type SigningKey } from '../../audit/log/signed-note.ts';
import { readSettings } from '../../engine/settings/settings.ts';
import { logFiles } from '../../local/locations.ts';
import type { Cli } from '../cli.ts';
import { CouldNotError } from '../failure.ts';
import { withExamples } from '../shared-options.ts';

export function addRotateKey(audit: Command, cli: Cli): void {
  const command = audit
    .command('rotate-key')
    .summary("add a key that signs the log's heads, or retire the old ones")
    .description(
      'Adds a key to the key file on this machine. From the next head on both keys sign, and no process has to be restarted; give the new verifier key to those who verify. When they have it, --retire leaves the newest key alone.',
    )
    .option('--retire', 'remove the older keys, once a head signed by the newest is published')
    .action((flags: { retire?: boolean }) => rotate(flags, cli));
  withExamples(command, [
    ['Add a new key', 'order-sync audit rotate-key'],
    ['Remove the old one', 'order-sync audit rotate-key --retire'],
  ]);
}

async function rotate({ retire = false }: { retire?: boolean }, { environment, output }: Cli): Promise<void> {
  const { keyFile, headsFile } = logFiles(readSettings(environment));
  try {
    if (retire) await assertPublished(await readKeyFile(keyFile), headsFile);
    const keys = (await (retire ? retireOldKeys(keyFile) : addKey(keyFile))).map(encodeVerifierKey);
    output.answer({ keyFile, verifierKeys: keys }, () => keys.join('\n'));
    output.hint(keys.length === 1 ? `The one key in ${keyFile} signs.` : `All ${keys.length} keys in ${keyFile} sign.`);
  } catch (error) {
    if (error instanceof KeyFileError || error instanceof NoteError) throw new CouldNotError(error.message);
    throw error;
  }
}

/** Otherwise the engine could not tell its own last head from a foreign one. */
async function assertPublished(keys: readonly SigningKey[], headsFile: string): Promise<void> {
  const last = await lastHead(headsFile);
  if (last === null || keys.length < 2) return;
  try {
    openCheckpoint(last.note, keys.slice(-1));
  } catch {
    throw new CouldNotError(
      `the newest key has signed no head in ${headsFile} yet: the engine appends one every hour. Try again then`,
    );
  }
}
