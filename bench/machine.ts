/** The machine and the versions of a run, without which its figures mean nothing. */
import { execFile } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { TestBed } from './test-bed.ts';

export interface Surroundings {
  startedAt: string;
  cores: number;
  processor: string;
  memoryGib: number;
  node: string;
  temporalServer: string;
  /** If not, it is a production server, for which there are other goals. */
  isDevelopmentServer: boolean;
  database: string;
  /** `unknown` outside of a checkout. */
  commit: string;
}

/** Temporal's development server is the one that keeps its workflows in SQLite. */
export async function surroundingsOf({ temporal }: TestBed): Promise<Surroundings> {
  const { persistenceStore, serverVersion } = await temporal.workflowService.getClusterInfo({});
  const isDevelopmentServer = persistenceStore === 'sqlite';
  const processors = cpus();
  return {
    startedAt: new Date().toISOString(),
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? 'unknown',
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    isDevelopmentServer,
    temporalServer: isDevelopmentServer
      ? `development server ${serverVersion} (SQLite, in memory)`
      : `server ${serverVersion} (${persistenceStore})`,
    database: 'PostgreSQL 18 with fsync, on the same machine',
    commit: await commit(),
  };
}

async function commit(): Promise<string> {
  const git = promisify(execFile);
  try {
    const { stdout } = await git('git', ['describe', '--always', '--dirty', '--abbrev=10'], {
      cwd: import.meta.dirname,
    });
    return stdout.trim();
  } catch {
    return 'unknown';
  }
}
