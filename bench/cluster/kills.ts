/**
 * Kills workers at random, one, two or all at once; each is restarted at once, as by a supervisor. The next are killed only
 * when all are ready again, so a machine that starts them slowly sees fewer kills.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestDeployment } from '../torture/test-deployment.ts';
import { Random } from '../torture/random.ts';
import type { FeedWatch } from './feed-watch.ts';

export interface Kills {
  /** How often all were killed at once. */
  ofAll: number;
  /** After each of these: from the moment when the first worker polled again to the first request that the exchange saw. */
  firstRequestsMs: number[];
}

const PAUSE_MS = [5_000, 15_000] as const;
const LOOK_EVERY_MS = 10;
const ALL = { weight: 1, count: Infinity };
const VICTIMS = [{ weight: 7, count: 1 }, { weight: 2, count: 2 }, ALL];

/** Kills until `stop`; never rejects. */
export async function killWorkers(
  deployment: TestDeployment,
  feed: FeedWatch,
  done: Kills,
  { seed, stop, onProgress }: { seed: number; stop: AbortSignal; onProgress: (line: string) => void },
): Promise<void> {
  const random = new Random(seed, 'kills');
  const pause = (ms: number) => sleep(ms, undefined, { signal: stop }).catch(() => undefined);
  const { workers, simulator } = deployment;
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!stop.aborted && !isSo()) await pause(LOOK_EVERY_MS);
  };
  for (;;) {
    // Each absence of the feed must have one cause, so no worker is killed while another one takes the feed over.
    await until(() => feed.isSubscribed && workers.every(({ readySinceMs }) => readySinceMs !== null));
    await pause(random.between(...PAUSE_MS));
    if (stop.aborted) return;
    const drawn = random.weighted(VICTIMS);
    // A short run has one of these, too.
    const { count } = done.ofAll === 0 ? ALL : drawn;
    const living = workers.filter(({ pid }) => pid !== null);
    const victims = count >= living.length ? living : someOf(living, count, random);
    await Promise.all(victims.map((worker) => worker.kill()));
    if (victims.length < living.length) continue;
    done.ofAll += 1;
    const before = simulator.ledger.requestCount();
    await until(() => simulator.ledger.requestCount() > before);
    const requestedMs = Date.now();
    await until(() => workers.some(({ readySinceMs }) => readySinceMs !== null));
    if (stop.aborted) return;
    const readyMs = Math.min(...workers.map(({ readySinceMs }) => readySinceMs ?? Infinity));
    done.firstRequestsMs.push(Math.max(0, requestedMs - readyMs));
    onProgress(
      `all workers were killed: the first request came ${done.firstRequestsMs.at(-1)} ms after one was ready again`,
    );
  }
}

function someOf<Item>(items: readonly Item[], count: number, random: Random): Item[] {
  const left = [...items];
  return Array.from({ length: count }, () => left.splice(random.between(0, left.length - 1), 1)).flat();
}
