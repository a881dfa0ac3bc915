/** Tokens with names and roles: who may do what, and what is recorded of the caller. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../src/database/database.ts';
import { makeToken, readTokenLines } from '../../src/process/access-tokens.ts';
import type { HttpOptions } from '../../src/http/start-http.ts';
import { commandLine } from '../cli/command-line.ts';
import { migratedDatabase } from '../database/fixtures.ts';
import { eventually } from '../support/waiting.ts';
import { call } from './caller.ts';
import { serversOfEachTest, type TestHttp } from './server.ts';

const READER = makeToken('grafana', ['read']);
const BOT = makeToken('bot7', ['place']);
const DESK = makeToken('desk', ['operate']);
const HALT = { requested_by: 'ann', reason: 'test' };

let db: Database;
let folder: string;
let file: string;
const startServer = serversOfEachTest();
beforeAll(async () => {
  ({ db } = await migratedDatabase());
  folder = await mkdtemp(join(tmpdir(), 'order-sync-tokens-'));
  file = join(folder, 'tokens');
});
afterAll(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

async function start(lines: readonly string[], options: Partial<HttpOptions> = {}): Promise<TestHttp> {
  await writeFile(file, `# our tokens\n\n${lines.join('\n')}\n`);
  return startServer(db, { tokensFile: file, ...options });
}

function by({ token }: { token: string }) {
  return { authorization: `Bearer ${token}` };
}

describe('a named token', () => {
  it('allows what its roles allow, and reading; anything else is 403 and says which role is missing', async () => {
    const { url } = await start([READER.line, BOT.line, DESK.line]);
    const statusOf = async (path: string, token: { token: string }, body?: unknown) =>
      (await call(`${url}${path}`, { headers: by(token), body })).status;

    for (const token of [READER, BOT, DESK]) expect(await statusOf('/api/v1/trades', token)).toBe(200);
    expect(await statusOf('/api/v1/halt', DESK, HALT)).toBe(200);
    expect(await statusOf('/api/v1/resume', DESK, HALT)).toBe(200);
    for (const token of [READER, BOT]) expect(await statusOf('/api/v1/halt', token, HALT)).toBe(403);
    for (const token of [READER, DESK]) expect(await statusOf('/api/v1/orders', token, {})).toBe(403);
    expect(await statusOf('/api/v1/orders', BOT, {})).toBe(400);
    for (const token of [BOT, DESK]) expect(await statusOf('/api/v1/orders/unknown/cancel', token, {})).toBe(404);
    expect(await statusOf('/page/halt', READER, HALT)).toBe(403);

    const { body } = await call(`${url}/api/v1/orders/x/cancel`, { headers: by(READER), body: {} });
    expect(body).toMatchObject({
      type: 'urn:order-sync:problem:role-missing',
      detail: 'this needs the role place or operate; the token grafana has read',
    });
  });

  it('works beside the common token, which may do everything', async () => {
    const { url } = await start([READER.line], { token: 'the-one-for-all' });

    expect((await call(`${url}/api/v1/halt`, { headers: by({ token: 'the-one-for-all' }), body: HALT })).status).toBe(
      200,
    );
    expect((await call(`${url}/api/v1/halts`, { headers: by(READER) })).body).toMatchObject({
      items: [{ requested_by: 'ann', sent_by: 'http' }],
    });
    await db.halts.resume({ botId: null, requestedBy: 'test', reason: 'over' });
  });

  it('is recorded beside the name that the caller gives', async () => {
    const { url } = await start([DESK.line]);

    const { body } = await call(`${url}/api/v1/halt`, { headers: by(DESK), body: HALT });

    expect(body).toMatchObject({ items: [{ requested_by: 'ann', sent_by: 'http:desk' }] });
    await db.halts.resume({ botId: null, requestedBy: 'test', reason: 'over' });
  });

  it('has a rate limit of its own', async () => {
    const { url } = await start([READER.line, BOT.line], { requestsPerMinute: 2 });
    const ask = async (token: { token: string }) => (await call(`${url}/api/v1/halts`, { headers: by(token) })).status;

    expect([await ask(READER), await ask(READER), await ask(READER), await ask(BOT)]).toEqual([200, 200, 429, 200]);
  });

  it('is named with its roles in the description of each operation', async () => {
    const { url } = await start([READER.line]);

    const { paths } = (await call(`${url}/openapi.json`)).body as { paths: Record<string, Record<string, unknown>> };
    const secured = Object.entries(paths).filter(([path]) => path.startsWith('/api/'));

    expect(paths['/api/v1/orders']?.['post']).toMatchObject({ security: [{ token: ['place'] }] });
    expect(paths['/api/v1/halt']?.['post']).toMatchObject({ security: [{ token: ['operate'] }] });
    for (const [, operations] of secured) {
      for (const operation of Object.values(operations)) expect(operation).toHaveProperty('security.0.token.0');
    }
  });
});

describe('the file of tokens', () => {
  it('is watched: removing a line revokes its token, adding one admits its token', async () => {
    const { url } = await start([READER.line]);
    const statusOf = async (token: { token: string }) =>
      (await call(`${url}/api/v1/halts`, { headers: by(token) })).status;
    expect([await statusOf(READER), await statusOf(DESK)]).toEqual([200, 401]);

    await writeFile(file, DESK.line);

    await eventually(async () => (await statusOf(DESK)) === 200, { withinMs: 5_000, what: 'the new token' });
    expect(await statusOf(READER)).toBe(401);
  });

  it('that becomes wrong is reported, and the tokens of before stay valid', async () => {
    const { url, lines } = await start([READER.line]);

    await writeFile(file, 'grafana admin sha256:x');

    const logged = () => lines.find((line) => line.includes('the previous ones stay valid'));
    expect(await eventually(logged, { withinMs: 5_000, what: 'the error' })).toContain(
      'line 1 gives grafana the roles',
    );
    expect((await call(`${url}/api/v1/halts`, { headers: by(READER) })).status).toBe(200);
  });

  it.each([
    ['line 3 gives x the roles "admin": use one or more of read, place, operate', `x admin sha256:${'0'.repeat(64)}`],
    ['line 3 has no valid name', `!x read sha256:${'0'.repeat(64)}`],
    ['line 3 does not end in the hash of a token', 'x read a-token-in-the-clear'],
    ['line 4 has the name or the hash of grafana again', `${READER.line}\n${READER.line}`],
    ['names no token: add a line', ''],
  ])('is refused at the start: %s', async (message, line) => {
    const refusal = await start([line]).catch((error: Error) => error.message);

    expect(refusal).toContain(`ORDER_SYNC_HTTP_TOKENS_FILE: ${file} ${message}`);
    expect(refusal).not.toContain('in-the-clear');
  });

  it('must be there', async () => {
    await expect(start([], { tokensFile: join(folder, 'none') })).rejects.toThrow(
      /ORDER_SYNC_HTTP_TOKENS_FILE: cannot be read: ENOENT/,
    );
  });
});

describe('order-sync token', () => {
  it('makes a token and appends its line, which has the hash alone', async () => {
    const target = join(folder, 'made');
    const { out } = await commandLine()('token', 'bot9', '--role', 'place', '--append-to', target, '--json');
    const { token, line } = JSON.parse(out) as { token: string; line: string };

    expect(await readFile(target, 'utf8')).toBe(`${line}\n`);
    expect(line).not.toContain(token);
    expect(readTokenLines(line)).toMatchObject([{ tokenName: 'bot9', roles: ['read', 'place'] }]);
  });
});
