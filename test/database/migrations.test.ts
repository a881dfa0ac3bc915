import { describe, expect, it } from '@jest/globals';
import { openDatabase, type Database } from '../../src/database/database.ts';
import { createOrm } from '../../src/database/orm.ts';
import { testDatabase } from '../support/resources.ts';

const ALL = ['0001-initial'];

/** Runs `work` with a database that is not migrated yet, and its URL. */
async function withNewDatabase(work: (db: Database, url: string) => Promise<void>): Promise<void> {
  const url = await testDatabase();
  const db = await openDatabase({ url });
  try {
    await work(db, url);
  } finally {
    await db.close();
  }
}

async function tableNames(url: string): Promise<string[]> {
  return execute(url, `select tablename as name from pg_tables where schemaname = 'public'`);
}

async function execute(url: string, query: string): Promise<string[]> {
  const orm = createOrm(url, 'postgres', 2);
  try {
    const rows = await orm.em.fork().execute<{ name: string }[]>(query);
    return rows.map(({ name }) => name);
  } finally {
    await orm.close();
  }
}

describe('migrate', () => {
  it('applies what is missing, says what it applied, and finds nothing to do the next time', async () => {
    await withNewDatabase(async (db) => {
      expect(await db.migrations.pending()).toEqual(ALL);
      const names: string[] = [];
      expect(await db.migrations.migrate((name) => names.push(name))).toEqual(ALL);
      expect(names).toEqual(ALL);
      expect(await db.migrations.pending()).toEqual([]);
      expect(await db.migrations.migrate()).toEqual([]);
    });
  });

  it('runs once when several processes migrate at once', async () => {
    await withNewDatabase(async (db, url) => {
      const others = await Promise.all([1, 2, 3].map(() => openDatabase({ url, poolSize: 2 })));
      try {
        const applied = await Promise.all([db, ...others].map(({ migrations }) => migrations.migrate()));
        expect(applied.toSorted((a, b) => b.length - a.length)).toEqual([ALL, [], [], []]);
      } finally {
        await Promise.all(others.map((other) => other.close()));
      }
    });
  });

  it('leaves nothing behind when one of the migrations fails', async () => {
    await withNewDatabase(async (db, url) => {
      await execute(url, 'create table workflow_histories (in_the_way integer)');
      await expect(db.migrations.migrate()).rejects.toThrow(/"workflow_histories" already exists/);
      expect((await tableNames(url)).toSorted()).toEqual(['order_sync_migrations', 'workflow_histories']);
      expect(await db.migrations.pending()).toEqual(ALL);
    });
  });
});

describe('assertMigrated', () => {
  it('names the remedy when migrations are missing, and creates nothing', async () => {
    await withNewDatabase(async (db, url) => {
      await expect(db.migrations.assertMigrated()).rejects.toThrow(/lacks 0001-initial: run `order-sync migrate`/);
      expect(await tableNames(url)).toEqual([]);
    });
  });

  it('accepts a database that has them all', async () => {
    await withNewDatabase(async (db) => {
      await db.migrations.migrate();
      await expect(db.migrations.assertMigrated()).resolves.toBeUndefined();
    });
  });

  it('refuses a database that a newer version has migrated, and so does migrate', async () => {
    await withNewDatabase(async (db, url) => {
      await db.migrations.migrate();
      await execute(url, `insert into order_sync_migrations (name) values ('9999-from-the-future')`);
      await expect(db.migrations.assertMigrated()).rejects.toThrow(
        /is newer than this version .* 9999-from-the-future/,
      );
      await expect(db.migrations.migrate()).rejects.toThrow(/is newer than this version/);
    });
  });
});
