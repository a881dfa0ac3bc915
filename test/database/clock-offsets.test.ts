import type { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import { createOrm } from '../../src/database/orm.ts';
import { migratedDatabase } from './fixtures.ts';

let db: Database;
let orm: MikroORM;

beforeAll(async () => {
  const { url, db: migrated } = await migratedDatabase();
  db = migrated;
  orm = createOrm(url, new URL(url).pathname.slice(1), 2);
});
beforeEach(() => orm.em.fork().execute('delete from clock_offsets'));
afterAll(async () => {
  await Promise.all([db.close(), orm.close()]);
});

async function recordedAgo(minutes: number, process: string, offsetMs: number): Promise<void> {
  await orm.em.fork().execute(
    `insert into clock_offsets (process, clock, offset_ms, measured_at)
       values (?, 'exchange', ?, clock_timestamp() - ? * interval '1 minute')`,
    [process, offsetMs, minutes],
  );
}

function minutesAgo(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}

describe('the offsets of the clocks', () => {
  it('are those of each process and clock as it recorded them last, while it may still run', async () => {
    await recordedAgo(125, '1@gone', 9_000);
    await recordedAgo(70, '2@here', 700);
    await db.clockOffsets.record({ process: '2@here', clock: 'exchange', offsetMs: -20 });
    await db.clockOffsets.record({ process: '2@here', clock: 'database', offsetMs: 0 });
    await recordedAgo(50, '3@there', 30);

    expect(await db.clockOffsets.latest()).toEqual([
      { process: '2@here', clock: 'database', offsetMs: 0, measuredAt: expect.stringMatching(/Z$/) },
      expect.objectContaining({ process: '2@here', clock: 'exchange', offsetMs: -20 }),
      expect.objectContaining({ process: '3@there', clock: 'exchange', offsetMs: 30 }),
    ]);
  });

  it('of some time have what held when it began, and nothing of later', async () => {
    for (const minutes of [400, 290, 230, 170, 110]) await recordedAgo(minutes, '2@here', minutes);

    const found = await db.clockOffsets.between(minutesAgo(180), minutesAgo(160));

    expect(found.map(({ offsetMs }) => offsetMs)).toEqual([290, 230, 170]);
  });

  it('are forgotten when they are too old', async () => {
    await recordedAgo(3 * 1_440, '2@here', 3);
    await recordedAgo(1_440, '2@here', 1);

    await db.clockOffsets.deleteOlderThan(2);

    const left = await db.clockOffsets.between(minutesAgo(10 * 1_440), minutesAgo(0));
    expect(left.map(({ offsetMs }) => offsetMs)).toEqual([1]);
  });
});
