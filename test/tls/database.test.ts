/** PostgreSQL over TLS, by what DATABASE_URL says. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase } from '../../src/database/database.ts';
import { readSettings } from '../../src/engine/settings/settings.ts';
import { startPostgres, type RunningPostgres } from '../../src/local/postgres.ts';
import { onOwnConnection } from '../database/locks.ts';
import { createAuthority, type Authority, type CertificateFiles } from './certificates.ts';

let folder: string;
let authority: Authority;
let otherAuthority: Authority;
let server: RunningPostgres;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'order-sync-tls-'));
  [authority, otherAuthority] = [await createAuthority(folder, 'ours'), await createAuthority(folder, 'another')];
  server = await startPostgres();
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true });
});

function urlWith(parameters: Record<string, string>): string {
  const url = new URL(server.url);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** The server writes its own files, because it runs as a user of its own. */
async function present({ certPem, keyPem }: CertificateFiles): Promise<void> {
  const lines = (pem: string): string => `select unnest(string_to_array('${pem.trim()}', E'\\n'))`;
  await onOwnConnection(server.superuserUrl, async (em) => {
    await em.execute(`copy (${lines(keyPem)}) to program 'umask 077; cat > server.key'`);
    await em.execute(`copy (${lines(certPem)}) to program 'cat > server.crt'`);
    await em.execute('alter system set ssl = on');
    await em.execute('select pg_reload_conf()');
  });
}

async function reach(url: string): Promise<string> {
  const database = await openDatabase({ url });
  try {
    return await database.ping().then(
      () => 'reached',
      (error: Error) => error.message,
    );
  } finally {
    await database.close();
  }
}

const verified = (ca: string): string => urlWith({ sslmode: 'verify-full', sslrootcert: ca });

describe('PostgreSQL over TLS', () => {
  it('says that a server without it has none', async () => {
    expect(await reach(verified(authority.ca))).toMatch(/^cannot reach .*: it has no TLS: turn `ssl` on/);
  });

  it('is used, and the server is verified', async () => {
    await present(await authority.issue('postgres'));
    const url = verified(authority.ca);
    expect(await reach(url)).toBe('reached');
    expect(
      await onOwnConnection(url, (em) => em.execute('select ssl from pg_stat_ssl where pid = pg_backend_pid()')),
    ).toEqual([{ ssl: true }]);
  });

  it.each([
    ['another authority is trusted', () => verified(otherAuthority.ca)],
    ['none but the public ones are', () => urlWith({ sslmode: 'verify-full' })],
  ])('is refused where %s', async (_what, url) => {
    expect(await reach(url())).toMatch(/^cannot reach .*not trusted here: sslrootcert=<file> in DATABASE_URL/);
  });

  it('is refused where the certificate has another name, or has expired', async () => {
    await present(await authority.issue('elsewhere', { hostnames: ['db.example'] }));
    expect(await reach(verified(authority.ca))).toMatch(/^cannot reach .*: its certificate has another name/);
    await present(await authority.issue('old', { expired: true }));
    expect(await reach(verified(authority.ca))).toMatch(/^cannot reach .*: its certificate has expired: renew it/);
  });

  it('is a wrong setting if the file of the authority does not exist', () => {
    const environment = { DATABASE_URL: verified('/nowhere/ca.pem') };
    expect(() => readSettings(environment)).toThrow(/DATABASE_URL names a file \(sslrootcert\) that cannot be read/);
  });
});
