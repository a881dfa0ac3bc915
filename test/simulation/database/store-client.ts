/** The database as a worker reaches it: over a link, each statement by itself, with the engine's own loop to apply facts. */
import { applyTo } from '../../../src/database/queries/apply-loop.ts';
import type { TradeStore } from '../../../src/ports/trade-store.ts';
import type { Process } from '../scheduler.ts';
import type { Surroundings } from '../surroundings.ts';
import { unused } from '../unused.ts';
import type { SimulatedStore } from './simulated-store.ts';

export function storeClient(surroundings: Surroundings, store: SimulatedStore, process: Process): TradeStore {
  const ask = <Answer>(what: string, statement: () => Answer): Promise<Answer> =>
    surroundings.ask(process, store.process, what, statement);
  return {
    find: () => ask('a read', () => store.row),
    findByEitherId: () => ask('a read', () => store.row),
    insertIntent: (intent, options) => ask('the intent', () => store.insertIntent(intent, options)),
    beginPostAttempt: () => ask('the permit', () => store.beginPostAttempt()),
    apply: (_id, fact, known) => {
      const rows = {
        read: (key: string) => ask('a read', () => store.read(key)),
        write: (...given: Parameters<typeof store.write>) => ask('a commit', () => store.write(...given)),
      };
      return applyTo(rows, fact, known);
    },
    recordFills: (fills) => ask('the fills', () => store.recordFills(fills)),
    endedWithoutFills: () => ask('a read', () => store.endedWithoutFills()),
    listOpen: () => ask('a read', () => store.open()),
    events: () => ask('a read', () => [...store.events]),
    list: ({ status }) =>
      ask('a read', () => ({
        items: store.row !== null && store.row.status === status ? [store.row] : [],
        nextCursor: null,
      })),
    fillsOf: () => ask('a read', () => [...store.fills.values()]),
    withholdPostAttempt: unused,
    adopt: unused,
    findAll: unused,
    moved: unused,
    findByPrefix: unused,
    openTradesOf: unused,
  };
}
