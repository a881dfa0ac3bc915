/** The heads that were published, one JSON object a line, in a file that only grows and is no part of the database. */
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface PublishedHead {
  publishedAt: string;
  /** The checkpoint as a signed note. */
  note: string;
  /** Why this head has not grown from the one before: the database was restored from a backup. */
  restored?: { requestedBy: string; reason: string };
}

/** Written through to the disk. */
export async function appendHead(file: string, { publishedAt, note, restored }: PublishedHead): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const before = await textOf(file);
  // A crash may have cut the last line off.
  const lineBreak = before === '' || before.endsWith('\n') ? '' : '\n';
  const handle = await open(file, 'a', 0o644);
  try {
    const line = {
      published_at: publishedAt,
      note,
      ...(restored && { restored: { requested_by: restored.requestedBy, reason: restored.reason } }),
    };
    await handle.writeFile(`${lineBreak}${JSON.stringify(line)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The last complete line; null where there is no file yet. Rejects where the file has lines, but none is complete. */
export async function lastHead(file: string): Promise<PublishedHead | null> {
  const lines = (await textOf(file)).split('\n').filter((line) => line !== '');
  const last = lines.map(headIn).findLast((head) => head !== null);
  if (last === undefined && lines.length > 0) throw new Error(`${file} has no line that is a published head`);
  return last ?? null;
}

function headIn(line: string): PublishedHead | null {
  try {
    const { published_at: publishedAt, note } = JSON.parse(line) as Record<string, unknown>;
    return typeof publishedAt === 'string' && typeof note === 'string' ? { publishedAt, note } : null;
  } catch {
    return null;
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
