import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What a process has in memory now; rejects when there is none. */
export async function residentMib(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout.trim()) / 1_024;
}
