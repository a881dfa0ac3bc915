/** A PostgreSQL for the benchmark alone, with a database that is filled unless it is already. */
import { openDatabase, type Database } from '../../src/database/database.ts';
import { startPostgres } from '../../src/local/postgres.ts';
import { openSql, type Sql } from '../world.ts';
import { fillDatabase } from './fill.ts';

export interface Filled {
  url: string;
  db: Database;
  sql: Sql;
  close(): Promise<void>;
}

export interface FilledOptions {
  trades: number;
  /** The folder that it is kept in; null: it is not kept. */
  data: string | null;
  onProgress: (line: string) => void;
  signal: AbortSignal;
}

/** Only while loading: data that a crash destroys is generated again. */
const LOADING = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  autovacuum: 'off',
  maintenance_work_mem: "'1GB'",
  max_wal_size: "'8GB'",
};

export async function openFilled({ trades, data, onProgress, signal }: FilledOptions): Promise<Filled> {
  onProgress(`starting a PostgreSQL for ${trades.toLocaleString('en')} trades`);
  const server = await startPostgres(data === null ? {} : { dataDir: data });
  const { url } = server;
  await using resources = new AsyncDisposableStack();
  resources.defer(() => server.stop());
  const db = await openDatabase({ url });
  resources.defer(() => db.close());
  const isNew = (await db.migrations.migrate()).length > 0;
  const sql = openSql(url, { isPatient: true });
  resources.defer(() => sql.close());
  if (isNew) {
    await fillQuickly(server.superuserUrl, () => fillDatabase(sql, { trades, onProgress, signal }));
    await sql.query(`comment on table trades is '${trades}'`);
  }
  await assertFilled(sql, { trades, data });
  const opened = resources.move();
  return { url, db, sql, close: () => opened.disposeAsync() };
}

/** An interrupted run leaves only a part of it, without indexes. */
async function assertFilled(sql: Sql, { trades, data }: Pick<FilledOptions, 'trades' | 'data'>): Promise<void> {
  const [found] = await sql.query<{ trades: string }>(
    `select coalesce(obj_description('trades'::regclass), 'only a part of its') as trades`,
  );
  if (found?.trades === String(trades)) return;
  throw new Error(`${data} has ${found?.trades} trades, not ${trades}: delete it, or name another folder`);
}

async function fillQuickly(superuserUrl: string, fill: () => Promise<void>): Promise<void> {
  const server = openSql(superuserUrl);
  try {
    for (const [name, value] of Object.entries(LOADING)) await server.query(`alter system set ${name} = ${value}`);
    await server.query('select pg_reload_conf()');
    await fill();
    await server.query('alter system reset all');
    await server.query('select pg_reload_conf()');
    // What loading has left in memory would be written while the queries are measured.
    await server.query('checkpoint');
  } finally {
    await server.close();
  }
}
