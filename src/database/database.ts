/** The engine's database: PostgreSQL, behind the ports. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { ClockOffsets } from '../ports/clocks.ts';
import type { EngineCounts } from '../ports/engine-counts.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { HaltStore } from '../ports/halt-store.ts';
import type { HistoryArchive } from '../ports/history-archive.ts';
import type { MovedOrders } from '../ports/moved-orders.ts';
import type { OrderBoard } from '../ports/order-board.ts';
import type { ReconciliationStore } from '../ports/reconciliation-store.ts';
import type { LeaseList, RequestLeases } from '../ports/request-leases.ts';
import type { TradeStore } from '../ports/trade-store.ts';
import type { TransparencyLog } from '../ports/transparency-log.ts';
import { createMigrations, type Migrations } from './migrate.ts';
import { engineCounts, openOrders } from './queries/engine-counts.ts';
import { readEventLog, endOfEventLog } from './queries/event-log.ts';
import { blockedBots } from './queries/blocked-bots.ts';
import { deleteOffsetsOlderThan, latestOffsets, offsetsBetween, recordOffset } from './queries/clock-offsets.ts';
import { claimCancels, halt, listHalts, resume } from './queries/halts.ts';
import {
  addRun,
  archiveBacklog,
  archivedRuns,
  deleteRunsOlderThan,
  lastArchivedAt,
  markLost,
  noteRun,
  notedRuns,
  waitingRuns,
} from './queries/history-archive.ts';
import { appendToLog } from './queries/log-append.ts';
import { claimPublication, newestHead, recordHead } from './queries/log-heads.ts';
import { leavesFrom, movedLeaves, rowsOf, storedTree, unloggedRows, waitingSeconds } from './queries/log-tree.ts';
import { canMove, moveOrders, movableOrders } from './queries/moved-orders.ts';
import { withoutCancel } from './queries/open-trades.ts';
import { endedLast, listBoard } from './queries/order-board.ts';
import { listRequestLeases, renewRequestLease } from './queries/renew-request-lease.ts';
import { passTransactions, transactionsAhead } from './queries/transaction-counter.ts';
import { createOrm } from './orm.ts';
import { createReconciliationStore } from './reconciliation-store.ts';
import { createSession } from './session.ts';
import { createTradeStore } from './trade-store.ts';

export interface DatabaseOptions {
  /** `DATABASE_URL`: `postgres://user:password@host:5432/database`, with `?sslmode=require` and the like where needed. */
  url: string;
  /** Connections at most, default 10. Raise it when operations wait for one; PostgreSQL allows 100 in all by default. At least 2. */
  poolSize?: number;
}

export interface Database {
  trades: TradeStore;
  events: EventLog;
  halts: HaltStore;
  board: OrderBoard;
  reconciliations: ReconciliationStore;
  histories: HistoryArchive;
  movedOrders: MovedOrders;
  requestLeases: RequestLeases & LeaseList;
  clockOffsets: ClockOffsets;
  log: TransparencyLog;
  transactions: Transactions;
  migrations: Migrations;
  /** Resolves when the database answers a query; rejects with DatabaseUnavailableError. */
  ping(): Promise<void>;
  /** The database's clock. */
  now(): Promise<string>;
  /** Of PostgreSQL, for example 18.1. */
  serverVersion(): Promise<string>;
  counts(): Promise<EngineCounts>;
  /** Ends every connection, once the operations under way are done. */
  close(): Promise<void>;
}

/** Rows of transactions that are still to come: a dump was restored into a server whose counter is behind theirs. */
export interface Transactions {
  /** By how many the counter is behind; 0 as a rule. */
  behind(): Promise<number>;
  /** Has some of them pass. */
  pass(most: number): Promise<void>;
}

const URL_EXAMPLE = 'postgres://user:password@host:5432/database';
/** One connection for the transaction, one for MikroORM's own look at its table. */
const MIGRATION_POOL = 2;

/** Connects at the first operation, and again after a connection was lost. Fails only for a malformed URL or pool size. */
export async function openDatabase({ url, poolSize = 10 }: DatabaseOptions): Promise<Database> {
  const { databaseName, where } = parseDatabaseUrl(url);
  if (!Number.isInteger(poolSize) || poolSize < 2) {
    throw new Error(`poolSize must be a whole number of at least 2, not ${poolSize}`);
  }
  const orm = createOrm(url, databaseName, poolSize);
  const session = createSession(orm, where);
  return {
    trades: createTradeStore(session),
    events: {
      read: (after, limit) => session.read((em) => readEventLog(em, after, limit)),
      end: () => session.read(endOfEventLog),
    },
    halts: {
      halt: (request) => session.single((em) => halt(em, request)),
      resume: (request) => session.single((em) => resume(em, request)),
      list: () => session.read(listHalts),
      claimCancels: (processId) => session.single((em) => claimCancels(em, processId)),
      withoutCancel: (botId) => session.read((em) => withoutCancel(em, botId)),
    },
    board: {
      blockedBots: (limit) => session.read((em) => blockedBots(em, limit)),
      list: (filter) => session.read((em) => listBoard(em, filter)),
      openOrders: () => session.read(openOrders),
      endedLast: (limit) => session.read((em) => endedLast(em, limit)),
    },
    reconciliations: createReconciliationStore(session),
    histories: {
      runsOf: (...clientOrderIds) => session.read((em) => archivedRuns(em, clientOrderIds)),
      noteRun: (run) => session.single((em) => noteRun(em, run)),
      notedRuns: (...clientOrderIds) => session.read((em) => notedRuns(em, clientOrderIds)),
      waiting: (from, limit) => session.read((em) => waitingRuns(em, from, limit)),
      backlog: () => session.read(archiveBacklog),
      lastArchivedAt: () => session.read(lastArchivedAt),
      add: (run) => session.single((em) => addRun(em, run)),
      markLost: (run) => session.single((em) => markLost(em, run)),
      deleteOlderThan: (days, limit) => session.single((em) => deleteRunsOlderThan(em, days, limit)),
    },
    movedOrders: {
      canMove: () => session.read(canMove),
      endedBefore: (time, from) => session.read((em) => movableOrders(em, time, from)),
      move: (orders, bundleSha256, by) => session.transact((em) => moveOrders(em, orders, bundleSha256, by)),
    },
    requestLeases: {
      renew: (id, decide) => session.transact((em) => renewRequestLease(em, id, decide)),
      list: () => session.read(listRequestLeases),
    },
    clockOffsets: {
      record: (offset) => session.single((em) => recordOffset(em, offset)),
      latest: () => session.read(latestOffsets),
      between: (from, to) => session.read((em) => offsetsBetween(em, from, to)),
      deleteOlderThan: (days) => session.single((em) => deleteOffsetsOlderThan(em, days)),
    },
    log: {
      append: (limit, extend) => session.transact((em) => appendToLog(em, limit, extend)),
      tree: () => session.read(storedTree),
      rowsOf: (...clientOrderIds) => session.read((em) => rowsOf(em, clientOrderIds)),
      movedLeaves: (from) => session.read((em) => movedLeaves(em, from)),
      leaves: (from, limit) => session.read((em) => leavesFrom(em, from, limit)),
      unlogged: (limit) => session.read((em) => unloggedRows(em, limit)),
      waitingSeconds: () => session.read(waitingSeconds),
      head: () => session.read(newestHead),
      recordHead: (head) => session.single((em) => recordHead(em, head)),
      claimPublication: (everySeconds) => session.single((em) => claimPublication(em, everySeconds)),
    },
    transactions: {
      behind: () => session.read(transactionsAhead),
      pass: (most) => session.single((em) => passTransactions(em, most)),
    },
    migrations: createMigrations(session, where, () =>
      createOrm(url, databaseName, MIGRATION_POOL, { isPatient: true }),
    ),
    ping: () => session.read(async (em) => void (await em.execute('select 1'))),
    now: () => session.read(readClock),
    serverVersion: () => session.read(readServerVersion),
    counts: () => session.read(engineCounts),
    close: () => session.close(),
  };
}

async function readClock(em: EntityManager): Promise<string> {
  const [row] = await em.execute<{ unix_ms: string }[]>(
    'select floor(extract(epoch from clock_timestamp()) * 1000)::text as unix_ms',
  );
  return new Date(Number(row?.unix_ms)).toISOString();
}

async function readServerVersion(em: EntityManager): Promise<string> {
  const [row] = await em.execute<{ version: string }[]>("select current_setting('server_version') as version");
  // What follows names the distribution that built it.
  return row?.version.split(' ')[0] ?? '';
}

interface DatabaseLocation {
  databaseName: string;
  /** Host and database as error messages name them. */
  where: string;
}

/** Reads what error messages need. The URL itself is never shown, because it holds the password. */
function parseDatabaseUrl(url: string): DatabaseLocation {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new Error(`DATABASE_URL is not a PostgreSQL URL: it must look like ${URL_EXAMPLE}`);
  }
  const databaseName = decodeURIComponent(parsed.pathname.slice(1));
  if (databaseName === '') throw new Error(`DATABASE_URL names no database: it must look like ${URL_EXAMPLE}`);
  // A host may be given as a parameter too: so a Unix socket's folder is named.
  const host = parsed.host || parsed.searchParams.get('host') || 'localhost';
  return { databaseName, where: `database ${databaseName} at ${host}` };
}
