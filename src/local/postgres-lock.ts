import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const STOP_WITHIN_MS = 15_000;

/**
 * Clears the way for a server on this data: stops one that a killed run left behind, and deletes the lock of one that is gone. Rejects if the server's owner lives, or if it
 * is not one of ours.
 */
export async function stopForgottenServer(dataDir: string): Promise<void> {
  const lockFile = join(dataDir, 'postmaster.pid');
  const pid = await readFile(lockFile, 'utf8').then(
    (text) => Number.parseInt(text, 10),
    () => undefined,
  );
  if (pid === undefined) return;

  const server = Number.isInteger(pid) ? await lookUp(pid) : undefined;
  // The process may be another one by now: after the machine has restarted, numbers come again.
  if (server === undefined || !server.args.includes(dataDir)) return rm(lockFile, { force: true });

  const owner = /cluster_name=order-sync-(\d+)/.exec(server.args)?.[1];
  if (owner === undefined) throw new Error(`Process ${pid} already runs PostgreSQL on ${dataDir}: stop it first.`);
  if (owner === server.parent)
    throw new Error(`The embedded PostgreSQL on ${dataDir} is in use by process ${owner}: stop that process first.`);
  await stop(pid);
}

async function stop(pid: number): Promise<void> {
  process.kill(pid, 'SIGINT');
  const giveUpAt = Date.now() + STOP_WITHIN_MS;
  while ((await lookUp(pid)) !== undefined) {
    if (Date.now() > giveUpAt)
      throw new Error(`The embedded PostgreSQL of an earlier run (process ${pid}) does not stop: kill it.`);
    await sleep(100);
  }
}

/** Undefined when there is no such process, or nothing of it but its entry (a zombie). */
async function lookUp(pid: number): Promise<{ parent: string; args: string } | undefined> {
  const listing = await promisify(execFile)('ps', ['-o', 'ppid=,stat=,args=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  const [, parent, state, args] = /^\s*(\d+)\s+(\S+)\s+(.*)/.exec(listing.stdout) ?? [];
  if (parent === undefined || args === undefined || state?.startsWith('Z')) return undefined;
  return { parent, args };
}
