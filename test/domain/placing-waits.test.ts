import { describe, expect, it } from '@jest/globals';
import { whyPlacingWaits } from '../../src/domain/clock-offset.ts';

function why(database: number | null, exchange: number | null): string | null {
  return whyPlacingWaits({ offsetMs: (clock) => (clock === 'database' ? database : exchange) });
}

describe('placing', () => {
  it.each<[string, number | null, number | null, string | null]>([
    ['goes on while nothing is known', null, null, null],
    ['goes on with clocks that are 30 s off', 15_000, -15_000, null],
    ['waits for an exchange that is ahead', 0, 30_100, 'the clock of the exchange is 30.1 s ahead of ours'],
    ['waits for an exchange that is behind', null, -180_000, 'the clock of the exchange is 180.0 s behind ours'],
    ['waits for a database that is off', 60_000, null, 'the clock of the database is 60.0 s ahead of ours'],
    ['waits where the two of them are apart', 20_000, -20_000, 'the clocks of database and exchange are 40.0 s apart'],
  ])('%s', (_what, database, exchange, reason) => {
    expect(why(database, exchange)).toBe(reason);
  });
});
