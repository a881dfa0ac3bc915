/** Makes each link fail now and then, independently of the others: it is cut, stalls, is slow or drops, in one direction or both. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LinkFault, LinkProxy } from '../../test/links/link-proxy.ts';
import { Random } from './random.ts';

/** From and to, in milliseconds; without an end while the link still fails. */
export interface Outage {
  link: string;
  kind: LinkFault['kind'];
  fromMs: number;
  toMs: number;
}

/** Causes faults on all links until `stop`, then heals them. Each is recorded in `outages`. */
export async function failLinks(
  links: Readonly<Record<string, LinkProxy>>,
  outages: Outage[],
  { seed, stop }: { seed: number; stop: AbortSignal },
): Promise<void> {
  const pause = (ms: number) => sleep(ms, undefined, { signal: stop }).catch(() => undefined);
  await Promise.all(
    Object.entries(links).map(async ([name, link]) => {
      const random = new Random(seed, name);
      while (!stop.aborted) {
        await pause(random.between(10_000, 60_000));
        if (stop.aborted) return;
        const fault = faultOf(random);
        const outage: Outage = { link: name, kind: fault.kind, fromMs: Date.now(), toMs: Infinity };
        outages.push(outage);
        link.fail(fault);
        await pause(random.happens(0.8) ? random.between(300, 5_000) : random.between(5_000, 20_000));
        link.heal();
        outage.toMs = Date.now();
      }
    }),
  );
}

/** True if a message sent at `sentMs` may have arrived as late as `arrivedMs` because a link held it back. */
export function wasHeldBack(outages: readonly Outage[], sentMs: number, arrivedMs: number): boolean {
  return outages.some(({ fromMs, toMs }) => fromMs <= sentMs + ON_THE_WAY_MS && arrivedMs <= toMs + ON_THE_WAY_MS);
}

/** A margin for a machine that is short of processor time. */
const ON_THE_WAY_MS = 2_000;

function faultOf(random: Random): LinkFault {
  const connections = random.pick(['all', 'all', 'existing', 'new'] as const);
  const direction = random.pick(['both', 'both', 'upstream', 'downstream'] as const);
  switch (random.pick(['cut', 'stall', 'slow', 'drop'] as const)) {
    case 'cut':
      return { kind: 'cut', connections };
    case 'stall':
      return { kind: 'stall', connections, direction };
    case 'slow':
      return { kind: 'slow', connections, direction, delayMs: random.between(50, 2_500) };
    case 'drop':
      return { kind: 'drop', connections, direction };
  }
}
