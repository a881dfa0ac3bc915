import TestSequencer from '@jest/test-sequencer';

/** Half a minute and more each, by little text, of which Jest takes the time of a file that it has not run before. */
const LONGEST = [
  'bench/small',
  'simulation/simulation',
  'workflows/worker-process',
  'workflows/many-orders',
  'workflows/reconcile-honesty',
  'cli/demo',
  'crash/server-restart',
  'bench/torture',
  'scenarios/11-13-fills',
  'links/clocks',
  'links/temporal',
  'workflows/worker-death',
  'scenarios/04-worker-dies',
  'scenarios/histories',
  'crash/slow-database',
  'workflows/reconcile-all',
  'packages/packages',
  'cli/audit',
  'audit/bundle/bundle',
  'crash/archive',
  'python/client',
].map((name) => `/test/${name}.test.ts`);

/** How many others run between two of them. */
const SPACING = 6;

/** They begin early, so that none runs alone at the end, and one after the other: together they starve each other. */
export default class LongestEarly extends TestSequencer {
  async sort(tests) {
    const isLong = ({ path }) => LONGEST.some((end) => path.endsWith(end));
    const { long = [], other = [] } = Object.groupBy(await super.sort(tests), (test) =>
      isLong(test) ? 'long' : 'other',
    );
    const spread = long.flatMap((test, index) => [test, ...other.slice(index * SPACING, (index + 1) * SPACING)]);
    return [...spread, ...other.slice(long.length * SPACING)];
  }
}
