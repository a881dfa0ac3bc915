/** Backups of a test's database and of a Temporal server's file, and time that passes for what is in them. */
import { cp } from 'node:fs/promises';
import { MikroORM } from '@mikro-orm/postgresql';
import type { Simulator } from '../../src/simulator/index.ts';
import { testServers } from '../support/servers.ts';

/** A statement of PostgreSQL's superuser. */
async function administer(...statements: string[]): Promise<void> {
  const clientUrl = testServers().superuserUrl;
  const server = new MikroORM({ clientUrl, entities: [], discovery: { warnWhenNoEntities: false } });
  try {
    for (const statement of statements) await server.em.getConnection().execute(statement);
  } finally {
    await server.close();
  }
}

function nameIn(url: string): string {
  return new URL(url).pathname.slice(1);
}

/** A copy of the database, as it is now, by its URL. Nobody may be connected to it. */
export async function backUpDatabase(url: string): Promise<string> {
  const backup = `${nameIn(url)}_backup`;
  const owner = new URL(url).username;
  await administer(`create database ${backup} template ${nameIn(url)} owner ${owner}`);
  const copy = new URL(url);
  copy.pathname = `/${backup}`;
  return copy.href;
}

/** Puts the backup in the database's place. */
export async function restoreDatabase(url: string, backup: string): Promise<void> {
  const owner = new URL(url).username;
  await administer(
    `drop database ${nameIn(url)} with (force)`,
    `create database ${nameIn(url)} template ${nameIn(backup)} owner ${owner}`,
  );
}

/** Of a development server that is stopped: SQLite keeps what was not checkpointed beside the file. */
export async function copyTemporal(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, filter: (file) => file === from || /temporal\.db[^/]*$/.test(file) });
}

/** Long enough ago for every difference to be an issue. */
const AGE_MS = 600_000;

/** As if the backup had been restored ten minutes after the last of this happened. */
export async function age(simulator: Simulator, sql: (query: string) => Promise<unknown>): Promise<void> {
  const { store } = simulator.exchange;
  for (const order of store.orders()) {
    const { createdAt, updatedAt, lastFillAt } = order;
    Object.assign(order, { createdAt: createdAt - AGE_MS, updatedAt: updatedAt - AGE_MS });
    if (lastFillAt !== null) order.lastFillAt = lastFillAt - AGE_MS;
  }
  const times = ['created_at', 'updated_at', 'post_attempted_at', 'monitored_since', 'last_checked_at', 'ended_at'];
  const older = times.map((time) => `${time} = ${time} - interval '${AGE_MS} milliseconds'`).join(', ');
  await sql(`update trades set ${older}`);
}
