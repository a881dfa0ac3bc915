import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../../src/local/free-port.ts';
import { ensureTemporalCli } from '../../src/local/temporal-cli.ts';

let home: string;
let nowhere: string;
let servers: Server[] = [];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'order-sync-cli-'));
  nowhere = `http://127.0.0.1:${await freePort()}`;
});
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
  rmSync(home, { recursive: true });
});

describe('the Temporal CLI', () => {
  it('is the one that TEMPORAL_CLI_PATH names, before any other', async () => {
    const given = program('given/temporal');
    program('bin/temporal');
    program('.cache/order-sync/temporal-1.5.1/temporal');
    expect(await find({ TEMPORAL_CLI_PATH: given, PATH: join(home, 'bin') })).toBe(given);
  });

  it('is not looked for elsewhere when TEMPORAL_CLI_PATH is wrong', async () => {
    program('bin/temporal');
    const wrong = join(home, 'no-such-file');
    await expect(find({ TEMPORAL_CLI_PATH: wrong, PATH: join(home, 'bin') })).rejects.toThrow(
      `TEMPORAL_CLI_PATH is "${wrong}", which is not a program`,
    );
  });

  it('is the one on the PATH before the one in the cache, and no folder of that name', async () => {
    program('.cache/order-sync/temporal-1.5.1/temporal');
    mkdirSync(join(home, 'folder', 'temporal'), { recursive: true });
    const onPath = program('bin/temporal');
    expect(await find({ PATH: `${join(home, 'folder')}:${join(home, 'bin')}` })).toBe(onPath);
  });

  it('is the one in the cache folder, which XDG_CACHE_HOME may name', async () => {
    const usual = program('.cache/order-sync/temporal-1.5.1/temporal');
    expect(await find({})).toBe(usual);
    const other = program('xdg/order-sync/temporal-1.5.1/temporal');
    expect(await find({ XDG_CACHE_HOME: join(home, 'xdg') })).toBe(other);
  });

  it('is downloaded once when there is none', async () => {
    const said: string[] = [];
    const { from, archives } = await downloadServer();
    const path = await find({}, from, said, archives);
    expect(path).toBe(join(home, '.cache/order-sync/temporal-1.5.1/temporal'));
    expect(execFileSync(path, { encoding: 'utf8' })).toBe('downloaded\n');
    expect(readdirSync(dirname(path))).toEqual(['temporal']);
    expect(said).toEqual([expect.stringContaining('Downloading the Temporal CLI 1.5.1')]);
    expect(await find({}, nowhere)).toBe(path);
  });

  it.each([
    [
      'is another than it was',
      () => ({ [PLATFORM]: 'f'.repeat(64) }),
      /the archive's SHA-256 is [0-9a-f]{64}, not f{64}/,
    ],
    ['is not known for this platform', () => ({}), /no checksum is known of the download for/],
  ])('is not taken from the download when the checksum %s', async (_what, archives, reason) => {
    const { from } = await downloadServer();
    const failure = await find({}, from, [], archives()).catch((error: Error) => error.message);
    expect(failure).toMatch(reason);
    expect(readdirSync(join(home, '.cache/order-sync/temporal-1.5.1'))).toEqual([]);
    program('bin/go', 'printf "#!/bin/sh\\necho built\\n" > "$GOBIN/temporal"; chmod +x "$GOBIN/temporal"');
    const path = await find({ PATH: `${join(home, 'bin')}:/usr/bin:/bin` }, from, [], archives());
    expect(execFileSync(path, { encoding: 'utf8' })).toBe('built\n');
  });

  it('is built without our secrets in its environment', async () => {
    program('bin/go', 'env > "$GOBIN/temporal"; chmod +x "$GOBIN/temporal"');
    const path = await find({
      PATH: `${join(home, 'bin')}:/usr/bin:/bin`,
      GOPROXY: 'https://proxy.example',
      https_proxy: 'http://127.0.0.1:3128',
      COINBASE_API_PRIVATE_KEY: 'top-secret',
      ORDER_SYNC_HTTP_TOKEN: 'top-secret',
      DATABASE_URL: 'postgres://ann:top-secret@db.example/orders',
    });
    const seen = readFileSync(path, 'utf8');
    expect(seen).toMatch(/^GOPROXY=https:\/\/proxy.example$/m);
    expect(seen).toMatch(/^https_proxy=/m);
    expect(seen).not.toContain('top-secret');
  });

  it('is built with Go when it cannot be downloaded', async () => {
    const said: string[] = [];
    program('bin/go', 'printf "#!/bin/sh\\necho $*\\n" > "$GOBIN/temporal"; chmod +x "$GOBIN/temporal"');
    const path = await find({ PATH: `${join(home, 'bin')}:/usr/bin:/bin` }, nowhere, said);
    expect(execFileSync(path, { encoding: 'utf8' })).toBe(
      'install -ldflags -s -w github.com/temporalio/cli/cmd/temporal@v1.5.1\n',
    );
    expect(readdirSync(dirname(path))).toEqual(['temporal']);
    expect(said[0]).toContain('about 4 minutes');
  });

  it('stays whole when two processes fetch it at once', async () => {
    const { from, archives } = await downloadServer();
    const [one, other] = await Promise.all([find({}, from, [], archives), find({}, from, [], archives)]);
    expect(one).toBe(other);
    expect(readFileSync(one, 'utf8')).toContain('downloaded');
  });

  it('is asked for in one sentence with all remedies when it can be neither found, downloaded nor built', async () => {
    const failure = await find({}).catch((error: Error) => error.message);
    for (const part of [
      new URL(nowhere).host,
      'ECONNREFUSED',
      'Go',
      'https://docs.temporal.io/cli',
      'TEMPORAL_CLI_PATH',
      'TEMPORAL_ADDRESS',
    ]) {
      expect(failure).toContain(part);
    }
  });

  it('tells why its build failed', async () => {
    program('bin/go', 'echo "no space left" >&2; exit 1');
    await expect(find({ PATH: `${join(home, 'bin')}:/usr/bin:/bin` })).rejects.toThrow(
      'building it with Go failed: no space left',
    );
  });
});

const PLATFORM = `${process.platform}-${process.arch}`;

type Archives = Record<string, string>;

function find(
  env: NodeJS.ProcessEnv,
  downloadFrom = nowhere,
  said: string[] = [],
  archives?: Archives,
): Promise<string> {
  const sources = { env: { HOME: home, PATH: '', ...env }, downloadFrom, ...(archives && { archives }) };
  return ensureTemporalCli((line) => said.push(line), sources);
}

function program(path: string, script = 'exit 0'): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Answers as Temporal's download site does: a description first, then the archive. */
async function downloadServer(): Promise<{ from: string; archives: Archives }> {
  program('archive/temporal', 'echo downloaded');
  execFileSync('tar', ['-czf', join(home, 'cli.tar.gz'), '-C', join(home, 'archive'), 'temporal']);
  const server = createServer((request, response) => {
    const host = `http://${request.headers.host}`;
    if (request.url === '/cli.tar.gz') response.end(readFileSync(join(home, 'cli.tar.gz')));
    else if (request.url?.startsWith('/cli/v1.5.1?'))
      response.end(JSON.stringify({ archiveUrl: `${host}/cli.tar.gz`, fileToExtract: '../temporal' }));
    else response.writeHead(404).end();
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const sha256 = createHash('sha256')
    .update(readFileSync(join(home, 'cli.tar.gz')))
    .digest('hex');
  return { from: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, archives: { [PLATFORM]: sha256 } };
}
