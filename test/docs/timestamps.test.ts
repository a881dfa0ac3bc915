import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createOrm } from '../../src/database/orm.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const [, SECTION = ''] =
  /\n## Whose clock a time is\n(.*?)\n## /s.exec(readFileSync(join(ROOT, 'docs', 'auditing.md'), 'utf8')) ?? [];
const ROWS = SECTION.split('\n').filter((line) => line.startsWith('| ') && !/^\| (time|---)/.test(line));
/** Of what is going on, and no evidence of anything. */
const WORKING_TABLES = ['discrepancies', 'request_leases', 'unarchived_runs'];

describe("the auditor's table of times", () => {
  it('names files that take the time as described', () => {
    const places = ROWS.flatMap((row) => [...row.matchAll(/`(src\/[^`]+)`: `([^`]+)`/g)]);
    const wrong = places.filter(([, file = '', taken = '']) => !readFileSync(join(ROOT, file), 'utf8').includes(taken));

    expect(places.length).toBeGreaterThan(20);
    expect(wrong.map(([place]) => place)).toEqual([]);
  });

  it('has every time that is evidence', async () => {
    const orm = createOrm('postgresql://127.0.0.1:1/none', 'none', 1);
    const columns = [...orm.getMetadata().getAll().values()].flatMap(({ tableName, props }) =>
      props
        .filter(({ columnTypes }) => columnTypes[0] === 'timestamptz')
        .map(({ fieldNames: [name = ''] }) => `${tableName}.${name}`),
    );
    await orm.close();
    const named = new Set(ROWS.flatMap((row) => [...row.matchAll(/`(\w+\.\w+)`/g)].map(([, name]) => name)));

    const missing = columns.filter((name) => {
      const [table = '', column = ''] = name.split('.');
      return !named.has(name) && !WORKING_TABLES.includes(table) && !column.endsWith('_until');
    });
    // Those that a deletion repeats of the history's row.
    expect(missing).toEqual(['archive_deletions.closed_at', 'archive_deletions.archived_at']);
  });
});
