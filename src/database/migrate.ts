import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { Migrator } from '@mikro-orm/migrations';
import { grantTo, type GrantedRole } from './grants.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { MIGRATIONS_TABLE } from './orm.ts';
import { createSession, type Session } from './session.ts';

export interface Migrations {
  /**
   * Applies what is missing, all or nothing, and answers the names of what it applied. Two at once don't clash: the
   * second waits for the first and finds nothing to do. Refuses a database that is newer than this code.
   */
  migrate(onProgress?: (name: string) => void): Promise<string[]>;
  /** Lets another role than the owner of the tables work with them, or read them. */
  grantTo(kind: GrantedRole, role: string): Promise<void>;
  /** The names of the migrations that are still to be applied. Only reads. */
  pending(): Promise<string[]>;
  /** Rejects, with the remedy, unless the database has exactly the migrations that this code knows. Only reads. */
  assertMigrated(): Promise<void>;
}

/** Any number that no other program takes for an advisory lock in the same database: "ordersyn" in ASCII. */
export const MIGRATION_LOCK = '8030591472429660526';

const NAMES = MIGRATIONS.map(({ name }) => name);

/** @param openPatient - The same database, for statements that may take long. */
export function createMigrations(session: Session, where: string, openPatient: () => MikroORM): Migrations {
  return {
    migrate: async (onProgress) => {
      const orm = openPatient();
      const patient = createSession(orm, where);
      try {
        return await patient.transact((em) => migrate(orm, em, where, onProgress));
      } finally {
        await patient.close();
      }
    },

    grantTo: (kind, role) => session.transact((em) => grantTo(em, kind, role)),

    pending: () => session.read(async (em) => missing(await appliedNames(em))),

    assertMigrated: () =>
      session.read(async (em) => {
        const applied = await appliedNames(em);
        refuseNewer(applied, where);
        const names = missing(applied);
        if (names.length > 0) throw new Error(`${where} lacks ${names.join(', ')}: run \`order-sync migrate\``);
      }),
  };
}

async function migrate(
  orm: MikroORM,
  em: EntityManager,
  where: string,
  onProgress?: (name: string) => void,
): Promise<string[]> {
  const migrator = orm.config.getExtension<Migrator>('@mikro-orm/migrator') as Migrator;
  await em.execute('select pg_advisory_xact_lock(?::bigint)', [MIGRATION_LOCK]);
  const before = await appliedNames(em);
  refuseNewer(before, where);
  // The migrator makes its table in any case, which a worker's role may not.
  if (missing(before).length === 0) return [];
  const applied = await migrator
    .up({ transaction: em.getTransactionContext() })
    .catch((error: unknown) => refuseToMigrate(error, where, missing(before)));
  const names = applied.map(({ name }) => name);
  names.forEach((name) => onProgress?.(name));
  return names;
}

function refuseToMigrate(error: unknown, where: string, names: readonly string[]): never {
  if (!isForbidden(error)) throw error;
  throw new Error(
    `${where} lacks ${names.join(', ')}, and this role may not change the schema: run \`order-sync migrate\` as its owner`,
    { cause: error },
  );
}

/** PostgreSQL's insufficient_privilege. */
function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42501';
}

function missing(applied: readonly string[]): string[] {
  return NAMES.filter((name) => !applied.includes(name));
}

function refuseNewer(applied: readonly string[], where: string): void {
  const unknown = applied.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0) {
    throw new Error(
      `${where} is newer than this version of order-sync, which does not know ${unknown.join(', ')}: ` +
        'run the newer version (`order-sync migrate` cannot go back)',
    );
  }
}

/** Read by a statement of our own, because MikroORM's migrator creates its table merely to answer what is pending. */
async function appliedNames(em: EntityManager): Promise<string[]> {
  const [found] = await em.execute<{ exists: boolean }[]>('select to_regclass(?) is not null as exists', [
    MIGRATIONS_TABLE,
  ]);
  if (!found?.exists) return [];
  const rows = await em
    .execute<{ name: string }[]>('select name from ?? order by id', [MIGRATIONS_TABLE])
    .catch((error: unknown) => {
      if (!isForbidden(error)) throw error;
      throw new Error(
        'this role of PostgreSQL may not read the tables: run `order-sync migrate --grant-worker <role>` as their owner (--grant-auditor for an auditor)',
        { cause: error },
      );
    });
  return rows.map(({ name }) => name);
}
