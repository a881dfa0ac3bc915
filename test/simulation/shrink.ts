import { live, type Life } from './life.ts';

/** The shortest scenario that still fails in the same way: every fault that can be left out is. */
export async function shrink(seed: number, failed: Life): Promise<Life> {
  const left = new Set<string>();
  let shortest = failed;
  for (let size = Math.ceil(failed.faults.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < shortest.faults.length;) {
      const dropped = shortest.faults.slice(start, start + size);
      const shorter = await live(seed, new Set([...left, ...dropped]));
      if (shorter.violation === failed.violation && shorter.faults.length < shortest.faults.length) {
        for (const fault of dropped) left.add(fault);
        shortest = shorter;
      } else start += size;
    }
  }
  return live(seed, left, { keepsTimeline: true });
}
