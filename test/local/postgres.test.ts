import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { engineUrl } from '../../src/local/postgres-passwords.ts';
import { startPostgres } from '../../src/local/postgres.ts';
import { deadline, eventually } from '../support/waiting.ts';

const folder = mkdtempSync(join(tmpdir(), 'order-sync-local-'));
// As root, PostgreSQL runs as another user, who has to enter it.
chmodSync(folder, 0o755);
/** One for all tests: to make another takes a second or two. */
const dataDir = join(folder, 'data');
const owners: ChildProcess[] = [];
afterEach(() => owners.splice(0).forEach((owner) => owner.kill('SIGKILL')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the embedded PostgreSQL', () => {
  it('keeps its data from run to run', async () => {
    const first = await startPostgres({ dataDir });
    await query(first.url, 'create table kept (word text)', "insert into kept values ('still here')");
    await first.stop();

    const second = await startPostgres({ dataDir });
    try {
      expect(await query(second.url, 'select word from kept')).toEqual([{ word: 'still here' }]);
    } finally {
      await second.stop();
    }
  });

  it('leaves neither process nor folder behind when its owner is killed', async () => {
    const { server, owner } = await ownPostgres();
    const itsFolder = /-D (\S+)/.exec(argsOf(server.pid))?.[1] ?? '';
    expect(existsSync(itsFolder)).toBe(true);

    owner.kill('SIGKILL');
    await eventually(() => argsOf(server.pid) === '' && !existsSync(itsFolder), {
      withinMs: 12_000,
      what: 'the server to end',
    });
  });

  it('outlives a Ctrl-C, so that its owner can finish what it is doing', async () => {
    const { server, owner } = await ownPostgres(dataDir);
    // A terminal sends it to the process group of what runs in front.
    expect(groupOf(server.pid)).not.toBe(groupOf(owner.pid ?? 0));
  });

  it('stops the server that a killed run left on its data', async () => {
    const { server, owner } = await ownPostgres(dataDir);
    killGuardOf(server.pid);
    owner.kill('SIGKILL');
    await eventually(() => groupOf(owner.pid ?? 0) === '', { withinMs: 5_000, what: 'the owner to end' });
    expect(argsOf(server.pid)).toContain(dataDir);

    const next = await startPostgres({ dataDir });
    expect(argsOf(server.pid)).toBe('');
    await next.stop();
  });

  it('refuses data that another living process uses, and leaves its server alone', async () => {
    const { server, owner } = await ownPostgres(dataDir);
    await expect(startPostgres({ dataDir })).rejects.toThrow(
      `is in use by process ${owner.pid}: stop that process first`,
    );
    expect(argsOf(server.pid)).toContain(dataDir);
  });

  it('starts in spite of a lock whose process is gone, or is something else by now', async () => {
    await startPostgres({ dataDir }).then((server) => server.stop());
    for (const pid of [process.pid, 4_000_000]) {
      writeFileSync(join(dataDir, 'data', 'postmaster.pid'), `${pid}\n${dataDir}/data\n`);
      const server = await startPostgres({ dataDir });
      expect(argsOf(server.pid)).toContain(dataDir);
      await server.stop();
    }
  });

  it('keeps its passwords in files that only their owner can read, and they differ from server to server', async () => {
    const server = await startPostgres({ dataDir });
    const other = await startPostgres();
    try {
      for (const name of ['password', 'superuser-password']) {
        expect((statSync(join(dataDir, name)).mode & 0o777).toString(8)).toBe('600');
      }
      expect(new URL(server.url).password).toBe(readFileSync(join(dataDir, 'password'), 'utf8').trim());
      expect(await engineUrl(dataDir, server.port)).toBe(server.url);
      expect(new Set([server, other].flatMap(passwordsOf)).size).toBe(4);
      await expect(query(withPassword(server.url, 'order_sync'), 'select 1')).rejects.toThrow(
        /password authentication failed/,
      );
    } finally {
      await Promise.all([server.stop(), other.stop()]);
    }
  });

  it('has a role for the engine that is no superuser and owns its database alone', async () => {
    const server = await startPostgres();
    try {
      expect(
        await query(
          server.url,
          `select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls as may_more,
             array(select datname::text from pg_database where datdba = pg_roles.oid) as owns,
             array(select datname::text from pg_database where datallowconn and has_database_privilege(pg_roles.oid, oid, 'connect')) as enters
           from pg_roles where rolname = current_user`,
        ),
      ).toEqual([{ may_more: false, owns: ['order_sync'], enters: ['order_sync'] }]);
      for (const statement of [
        `copy (select 1) to program 'true'`,
        `select pg_read_file('/etc/hostname')`,
        'create database another',
        `alter system set log_statement = 'all'`,
      ]) {
        await expect(query(server.url, statement)).rejects.toThrow(/permission denied/);
      }
    } finally {
      await server.stop();
    }
  });

  it('does not show even its superuser the key in our environment', async () => {
    process.env['COINBASE_API_PRIVATE_KEY'] = 'top-secret';
    process.env['ORDER_SYNC_HTTP_TOKEN'] = 'top-secret';
    const server = await startPostgres();
    try {
      const lines = await query(
        server.superuserUrl,
        'create temporary table seen (line text)',
        `copy seen from program 'env; cat /proc/$PPID/environ | tr "\\000" "\\n" | tr -d "\\\\"'`,
        'select line from seen',
      );
      expect(JSON.stringify(lines)).toContain('PATH=');
      expect(JSON.stringify(lines)).not.toMatch(/top-secret|COINBASE_|ORDER_SYNC_|DATABASE_URL/);
    } finally {
      delete process.env['COINBASE_API_PRIVATE_KEY'];
      delete process.env['ORDER_SYNC_HTTP_TOKEN'];
      await server.stop();
    }
  });

  it('says what to do about a password that is gone', async () => {
    await startPostgres({ dataDir }).then((server) => server.stop());
    const file = join(dataDir, 'password');
    const password = readFileSync(file, 'utf8');
    rmSync(file);
    await expect(startPostgres({ dataDir })).rejects.toThrow(
      /password cannot be read from .*password .*: run this in the folder of `order-sync start`/,
    );
    writeFileSync(file, password, { mode: 0o600 });
  });

  it('names the port that is in use, what it is for, and the remedy', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    const port = await eventually(() => (blocker.address() as { port: number } | null)?.port, {
      withinMs: 1_000,
      what: 'a port',
    });
    try {
      await expect(startPostgres({ dataDir, port })).rejects.toThrow(
        new RegExp(`Port ${port} for the embedded PostgreSQL is taken .*: stop what uses it, or set DATABASE_URL`),
      );
    } finally {
      blocker.close();
    }
  });

  it('shows the end of its log when it cannot start', async () => {
    await startPostgres({ dataDir }).then((server) => server.stop());
    const settings = join(dataDir, 'data', 'postgresql.conf');
    const whole = readFileSync(settings, 'utf8');
    writeFileSync(settings, `${whole}\nno_such_setting = 1\n`);
    await expect(startPostgres({ dataDir })).rejects.toThrow(
      /PostgreSQL ended while it was starting.*no_such_setting/s,
    );
    writeFileSync(settings, whole);
  });
});

function passwordsOf({ url, superuserUrl }: { url: string; superuserUrl: string }): string[] {
  return [new URL(url).password, new URL(superuserUrl).password];
}

function withPassword(url: string, password: string): string {
  const other = new URL(url);
  other.password = password;
  return other.href;
}

async function query(url: string, ...statements: string[]): Promise<unknown> {
  const orm = new MikroORM({
    clientUrl: url,
    entities: [],
    pool: { max: 1 },
    discovery: { warnWhenNoEntities: false },
  });
  try {
    let answer: unknown;
    for (const statement of statements) answer = await orm.em.getConnection().execute(statement);
    return answer;
  } finally {
    await orm.close();
  }
}

/** Starts a server in a process of its own, which leads its process group as a command in a terminal does. */
async function ownPostgres(...args: string[]): Promise<{ server: { pid: number }; owner: ChildProcess }> {
  const script = fileURLToPath(new URL('../support/own-postgres.ts', import.meta.url));
  const owner = spawn(process.execPath, [script, ...args], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  owners.push(owner);
  const lines = createInterface({ input: owner.stdout })[Symbol.asyncIterator]();
  const { value } = await deadline(lines.next(), 60_000, 'the server of another process');
  return { server: JSON.parse(value as string) as { pid: number }, owner };
}

function ps(column: string, pid: number): string {
  try {
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

const argsOf = (pid: number): string => (ps('stat', pid).startsWith('Z') ? '' : ps('args', pid));
const groupOf = (pid: number): string => (ps('stat', pid).startsWith('Z') ? '' : ps('pgid', pid));

function killGuardOf(pid: number): void {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  const guards = lines
    .filter((line) => line.includes(`order-sync-guard ${pid} `))
    .map((line) => Number.parseInt(line, 10));
  expect(guards).toHaveLength(1);
  for (const guard of guards) process.kill(guard, 'SIGKILL');
}
