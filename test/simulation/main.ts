/**
 * `npm run simulate -- --lives N --seed S`: simulated lives of orders. What runs is the engine itself (the orders'
 * workflow, its machine, the activities, the feed, reconciliation, the decider); exchange, database, Temporal and all
 * clocks are simulated, in memory, single-threaded, and wholly determined by the seed. At every step something may go
 * wrong; after every step invariants are checked. The first life that fails is told as the shortest scenario that still
 * fails.
 */
import { parseArgs } from 'node:util';
import { DEFECTS } from './defects.ts';
import { loadSimulated } from './hooks.ts';
import { installVirtualTime } from './virtual-time.ts';

const { values } = parseArgs({
  options: {
    lives: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    // One of the deliberate defects, to see that it is found.
    defect: { type: 'string' },
    // Instead of lives: one order that rests for a month or a year, and what that costs, as JSON.
    rest: { type: 'string' },
  },
});
const defect = DEFECTS.find(({ name }) => name === values.defect) ?? null;
if (values.defect !== undefined && defect === null) {
  throw new Error(`the defects are: ${DEFECTS.map(({ name }) => name).join('; ')}`);
}
// Half of a life's errors are told by nobody, and their stack traces cost more than they do.
Error.stackTraceLimit = 3;
installVirtualTime();
loadSimulated(defect);
if (values.rest === undefined) {
  const { runLives } = await import('./run-lives.ts');
  process.exitCode = (await runLives(Number(values.lives), Number(values.seed))) ? 0 : 1;
} else {
  const { live } = await import('./resting/rest.ts');
  const { RESTS } = await import('./resting/rests.ts');
  const rest = RESTS[values.rest];
  if (rest === undefined) throw new Error(`an order may rest for a ${Object.keys(RESTS).join(' or a ')}`);
  process.stdout.write(`${JSON.stringify(await live(rest), null, 2)}\n`);
}
