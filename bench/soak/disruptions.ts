/** Kills the worker after 15 to 30 s of its work, and restarts each of the servers once while it is traded. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from './random.ts';
import type { Stage } from '../stage.ts';

/** When, as a part of the time, each server goes. */
const RESTARTS = [
  ['PostgreSQL', 0.35],
  ['Temporal', 0.7],
] as const;

export interface Disruptions {
  restarts: number;
}

/** Ends with `stop`; a server that is away by then is brought back first. */
export async function disrupt(
  stage: Stage,
  done: Disruptions,
  { seed, forMs, stop, tell }: { seed: number; forMs: number; stop: AbortSignal; tell: (line: string) => void },
): Promise<void> {
  const pause = (ms: number) => sleep(ms, undefined, { signal: stop }).catch(() => undefined);

  const isYoung = (lifeMs: number): boolean => {
    const { readySinceMs } = stage.worker;
    return readySinceMs === null || Date.now() - readySinceMs < lifeMs;
  };

  async function kill(random: Random): Promise<void> {
    while (!stop.aborted) {
      const lifeMs = random.between(15_000, 30_000);
      while (!stop.aborted && isYoung(lifeMs)) await pause(250);
      if (stop.aborted) return;
      await stage.worker.kill();
    }
  }

  async function restart(server: 'PostgreSQL' | 'Temporal', afterMs: number, random: Random): Promise<void> {
    await pause(afterMs);
    if (stop.aborted) return;
    const downMs = random.between(1_000, 6_000);
    tell(`${server} goes down for ${(downMs / 1000).toFixed(1)} s`);
    await stage.restart(server, downMs);
    tell(`${server} is back`);
    done.restarts += 1;
  }

  await Promise.all([
    kill(new Random(seed, 'kills')),
    ...RESTARTS.map(([server, part]) => restart(server, forMs * part, new Random(seed, server))),
  ]);
}
