import type { SyncIssueKind } from '../../src/domain/reconciliation/issue.ts';
import { live } from './life.ts';
import { shrink } from './shrink.ts';
import { realNowMs } from './virtual-time.ts';

/** Lives one after the other, up to the first that fails. Answers whether none did. */
export async function runLives(count: number, firstSeed: number): Promise<boolean> {
  const startedMs = realNowMs();
  let faults = 0;
  const issues: Partial<Record<SyncIssueKind, number>> = {};
  for (let seed = firstSeed; seed < firstSeed + count; seed += 1) {
    const life = await live(seed);
    faults += life.faults.length;
    for (const kind of life.issues) issues[kind] = (issues[kind] ?? 0) + 1;
    if (life.violation === null) continue;
    const { violation, timeline, faults: needed } = await shrink(seed, life);
    print(`life ${seed - firstSeed + 1} of ${count} fails, seed ${seed}: ${life.violation}`);
    print(`the shortest scenario that still fails has ${needed.length} of its ${life.faults.length} faults:`);
    for (const line of timeline) print(`  ${line}`);
    print(`${violation}\nagain: npm run simulate -- --lives 1 --seed ${seed}`);
    return false;
  }
  const seconds = (realNowMs() - startedMs) / 1_000;
  print(`${count} lives from seed ${firstSeed}, ${faults} faults, nothing wrong, in ${seconds.toFixed(1)} s`);
  print(`reconciliation found: ${found(issues)}`);
  return true;
}

function found(issues: Partial<Record<SyncIssueKind, number>>): string {
  const counts = Object.entries(issues).map(([kind, count]) => `${count} ${kind}`);
  return counts.length === 0 ? 'nothing' : counts.toSorted().join(', ');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
