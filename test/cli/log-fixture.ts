/** A migrated database with a transparency log, and the command line of whoever keeps its key. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { growTree } from '../../src/audit/log/grow-tree.ts';
import type { Database } from '../../src/database/database.ts';
import type { LogFiles } from '../../src/engine/log-heads.ts';
import { migratedDatabase } from '../database/fixtures.ts';
import { eventually } from '../support/waiting.ts';
import { commandLine, type CommandLine } from './command-line.ts';

export interface LogFixture {
  url: string;
  db: Database;
  /** Where the files are; others may be put there. */
  folder: string;
  files: LogFiles;
  line: CommandLine;
  /** Appends what was committed, until the log has so many leaves. */
  grown(size: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startLogFixture(): Promise<LogFixture> {
  const { url, db } = await migratedDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'order-sync-log-'));
  const files = { keyFile: join(folder, 'keys'), headsFile: join(folder, 'heads.jsonl') };
  const environment = {
    DATABASE_URL: url,
    ORDER_SYNC_AUDIT_KEY_FILE: files.keyFile,
    ORDER_SYNC_AUDIT_HEADS_FILE: files.headsFile,
  };
  return {
    url,
    db,
    folder,
    files,
    line: commandLine({ environment }),
    async grown(size) {
      const grow = async (): Promise<boolean> => {
        await db.log.append(100, growTree);
        return (await db.log.tree()).size === size;
      };
      await eventually(grow, { withinMs: 10_000, what: `a log of ${size} leaves` });
    },
    async stop() {
      await db.close();
      await rm(folder, { recursive: true });
    },
  };
}
