import type { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import { createOrm } from '../../src/database/orm.ts';
import { migratedDatabase, placingTrade } from './fixtures.ts';

let db: Database;
let orm: MikroORM;

beforeAll(async () => {
  const { url, db: migrated } = await migratedDatabase();
  db = migrated;
  orm = createOrm(url, new URL(url).pathname.slice(1), 2);
});
afterAll(async () => {
  await Promise.all([db.close(), orm.close()]);
});

function sql<T extends object[]>(query: string, parameters: unknown[] = []): Promise<T> {
  return orm.em.fork().execute<T>(query, parameters);
}

describe('the tables', () => {
  it('have exactly the columns of the entities, of the same type and nullability', async () => {
    const stored = await sql<{ table: string; column: string; type: string; nullable: boolean }[]>(
      `select table_name as "table", column_name as "column", udt_name as "type", is_nullable = 'YES' as "nullable"
       from information_schema.columns where table_schema = 'public' and table_name <> 'order_sync_migrations'`,
    );
    const internal: Record<string, string> = { bigint: 'int8', int: 'int4', boolean: 'bool' };
    const declared = [...orm.getMetadata().getAll().values()].flatMap((entity) =>
      entity.props.map((property) => ({
        table: entity.tableName,
        column: property.fieldNames[0] ?? '',
        type: internal[property.columnTypes[0] ?? ''] ?? property.columnTypes[0],
        nullable: property.nullable ?? false,
      })),
    );
    const key = (column: { table: string; column: string }) => `${column.table}.${column.column}`;
    const sorted = <T extends { table: string; column: string }>(columns: T[]) =>
      columns.toSorted((a, b) => key(a).localeCompare(key(b)));
    expect(sorted(stored)).toEqual(sorted(declared));
  });

  it('hold a policy under snake_case names and an order configuration untouched', async () => {
    const { clientOrderId, policy } = await placingTrade(db, {
      orderConfiguration: { limit_limit_gtc: { base_size: '0.10', limit_price: '1.50', post_only: true } },
    });
    const [row] = await sql<{ policy: object; order_configuration: object }[]>(
      'select policy, order_configuration from trades where client_order_id = ?',
      [clientOrderId],
    );
    expect(row?.policy).toEqual({
      place_for_ms: policy.placeForMs,
      immediate_check_attempts: policy.immediateCheckAttempts,
      immediate_check_interval_ms: policy.immediateCheckIntervalMs,
      monitor_interval_ms: policy.monitorIntervalMs,
      monitor_for_ms: policy.monitorForMs,
    });
    expect(row?.order_configuration).toEqual({
      limit_limit_gtc: { base_size: '0.10', limit_price: '1.50', post_only: true },
    });
  });

  it('refuse a word that is not a status, layer or kind', async () => {
    await placingTrade(db);
    await expect(sql(`update trades set status = 'PENDING'`)).rejects.toThrow(/trades_status_check/);
    await expect(sql(`update trades set detected_by = 'luck'`)).rejects.toThrow(/trades_detected_by_check/);
    await expect(sql(`insert into sync_issues (kind) values ('odd')`)).rejects.toThrow(/sync_issues_kind_check/);
  });

  it('hold an unresolved issue once, and again after it was resolved', async () => {
    const insert = `insert into sync_issues (kind, order_id) values ('orphan', 'x') on conflict do nothing returning id`;
    expect(await sql(insert)).toHaveLength(1);
    expect(await sql(insert)).toHaveLength(0);
    await sql('update sync_issues set resolved_at = clock_timestamp()');
    expect(await sql(insert)).toHaveLength(1);
  });
});

describe('order_events', () => {
  it('can be neither changed nor deleted, nor emptied', async () => {
    const { clientOrderId } = await placingTrade(db);
    await expect(sql(`update order_events set reason = 'x'`)).rejects.toThrow(/append-only: UPDATE is refused/);
    await expect(sql('delete from order_events')).rejects.toThrow(/append-only: DELETE is refused/);
    await expect(sql('truncate order_events')).rejects.toThrow(/append-only: TRUNCATE is refused/);
    await expect(sql('truncate trades cascade')).rejects.toThrow(/append-only: TRUNCATE is refused/);
    await expect(sql('delete from trades')).rejects.toThrow(/order_events/);
    expect(await db.trades.events(clientOrderId)).toHaveLength(1);
  });
});
