/** What each role of PostgreSQL may do with the tables that another one owns. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { MIGRATIONS_TABLE } from './orm.ts';

/** The engine, or whoever only reads. */
export type GrantedRole = 'worker' | 'auditor';

const APPEND = 'select, insert';
const CHANGE = 'select, insert, update';
const ALL = 'select, insert, update, delete';

/** Of the engine: what its statements need, and no more. Nothing can be truncated, and what is append-only stays so. */
const WORKER: Readonly<Record<string, string>> = {
  [MIGRATIONS_TABLE]: 'select',
  trades: CHANGE,
  order_events: APPEND,
  fills: APPEND,
  halts: CHANGE,
  reconciliation_runs: CHANGE,
  sync_issues: CHANGE,
  discrepancies: ALL,
  unarchived_runs: ALL,
  // Deleted by ORDER_SYNC_HISTORY_DAYS alone, which leaves a row in `archive_deletions`.
  workflow_histories: 'select, insert, delete',
  archive_deletions: APPEND,
  // Written by `audit move-out`, which has to be run as the owner.
  moved_orders: 'select',
  request_leases: ALL,
  clock_offsets: 'select, insert, delete',
  log_leaves: APPEND,
  log_nodes: APPEND,
  log_heads: ALL,
};

export const GRANTED_TABLES: readonly string[] = Object.keys(WORKER);

/** Gives the role exactly this, whatever it had before. Rejects where there is no such role, and unless the owner asks. */
export async function grantTo(em: EntityManager, kind: GrantedRole, role: string): Promise<void> {
  await assertOwner(em);
  const [found] = await em.execute('select from pg_roles where rolname = ?', [role]);
  if (found === undefined) {
    throw new Error(`there is no role ${role}: a superuser makes it, for instance by deploy/roles.sql`);
  }
  const [here] = await em.execute<{ database: string; schema: string }[]>(
    'select current_database() as database, current_schema() as schema',
  );
  const { database = '', schema = '' } = here ?? {};
  await em.execute('revoke all on all tables in schema ?? from ??', [schema, role]);
  await em.execute('grant connect on database ?? to ??', [database, role]);
  await em.execute('grant usage on schema ?? to ??', [schema, role]);
  for (const [table, privileges] of Object.entries(WORKER)) {
    await em.execute(`grant ${kind === 'worker' ? privileges : 'select'} on ?? to ??`, [table, role]);
  }
}

/** To anybody else PostgreSQL grants nothing, with no more than a warning. */
async function assertOwner(em: EntityManager): Promise<void> {
  const [asker] = await em.execute<{ name: string }[]>(
    `select current_user as name from pg_tables
     where schemaname = current_schema() and tablename = ? and not pg_has_role(tableowner, 'usage')`,
    [MIGRATIONS_TABLE],
  );
  if (asker === undefined) return;
  throw new Error(
    `${asker.name} does not own the tables, and so cannot grant anything: run \`order-sync migrate\` with the DATABASE_URL of their owner`,
  );
}
