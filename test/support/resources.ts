import { randomUUID } from 'node:crypto';
import { MikroORM } from '@mikro-orm/postgresql';
import { testServers } from './servers.ts';

/** The URL of a new, empty database for one test file, owned by the engine's role. It vanishes with the server when the run ends. */
export async function testDatabase(): Promise<string> {
  const { superuserUrl, databaseUrl } = testServers();
  const url = new URL(databaseUrl);
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const server = new MikroORM({ clientUrl: superuserUrl, entities: [], discovery: { warnWhenNoEntities: false } });
  try {
    await server.em.getConnection().execute(`create database ${name} owner ${url.username}`);
  } finally {
    await server.close();
  }
  url.pathname = `/${name}`;
  return url.href;
}

/** Host and port of this run's Temporal server, whose `default` namespace has the search attributes. */
export function temporalAddress(): string {
  return testServers().temporalAddress;
}

/** A task queue of the test's own, so that no other test's worker takes its work. */
export function uniqueTaskQueue(): string {
  return `orders-${randomUUID()}`;
}

/** The bundle that was built for this run, as `Worker.create` and replay take it. */
export function workflowBundle(): { codePath: string } {
  return { codePath: testServers().bundlePath };
}
