/** Kills and freezes the workers, kills clients, and restarts the servers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerProcess } from '../worker-process.ts';
import type { TestDeployment } from './test-deployment.ts';
import type { Clients } from './clients.ts';
import { Random } from './random.ts';

export interface Disruptions {
  restarts: number;
  freezes: number;
}

/** From this part of the run on only the first worker is killed, so that the memory of the others can be judged. */
const OTHERS_LIVE_FROM = 0.3;
const RESTART_EVERY_MS = 150_000;

/** Ends with `stop`; a server that is down by then is restarted first. */
export async function disrupt(
  deployment: TestDeployment,
  clients: Clients,
  done: Disruptions,
  {
    seed,
    forMs,
    stop,
    onProgress,
  }: { seed: number; forMs: number; stop: AbortSignal; onProgress: (line: string) => void },
): Promise<void> {
  const pause = (ms: number) => sleep(ms, undefined, { signal: stop }).catch(() => undefined);
  const startedMs = Date.now();

  async function kill(worker: WorkerProcess, untilMs: number, random: Random): Promise<void> {
    while (!stop.aborted && Date.now() < untilMs) {
      const lifeMs = random.between(10_000, 30_000);
      while (!stop.aborted && isYoung(worker, lifeMs)) await pause(250);
      if (stop.aborted || Date.now() >= untilMs) return;
      if (random.happens(0.3)) await freeze(worker, random.between(500, 15_000));
      else await worker.kill();
    }
  }

  /** A process that gets no processor time for a while wakes up among timers that have run out. */
  async function freeze({ pid }: WorkerProcess, ms: number): Promise<void> {
    if (pid === null || !signalled(pid, 'SIGSTOP')) return;
    done.freezes += 1;
    await pause(ms);
    signalled(pid, 'SIGCONT');
  }

  async function restart(server: 'PostgreSQL' | 'Temporal', random: Random): Promise<void> {
    // Even short runs restart each server once.
    const everyMs = Math.min(RESTART_EVERY_MS, forMs * 0.8);
    for (;;) {
      await pause(random.between(everyMs * 0.4, everyMs));
      if (stop.aborted) return;
      const downMs = random.between(500, 6_000);
      onProgress(`${server} goes down for ${(downMs / 1000).toFixed(1)} s`);
      await deployment.restart(server, downMs);
      done.restarts += 1;
    }
  }

  async function killClients(random: Random): Promise<void> {
    for (;;) {
      await pause(random.between(10_000, 30_000));
      if (stop.aborted) return;
      clients.killOne(random);
    }
  }

  await Promise.all([
    ...deployment.workers.map((worker, index) =>
      kill(
        worker,
        index === 0 ? Infinity : startedMs + forMs * OTHERS_LIVE_FROM,
        new Random(seed, `worker ${index + 1}`),
      ),
    ),
    restart('PostgreSQL', new Random(seed, 'PostgreSQL')),
    restart('Temporal', new Random(seed, 'Temporal')),
    killClients(new Random(seed, 'clients')),
  ]);
}

function isYoung({ readySinceMs }: WorkerProcess, lifeMs: number): boolean {
  return readySinceMs === null || Date.now() - readySinceMs < lifeMs;
}

/** False where the process has ended by itself. */
function signalled(pid: number, signal: 'SIGSTOP' | 'SIGCONT'): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
