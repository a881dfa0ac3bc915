import { chown, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseCheckpoint } from '../../src/audit/log/checkpoint.ts';
import { readKeyFile } from '../../src/audit/log/key-file.ts';
import { verifyConsistency } from '../../src/audit/log/merkle-proof.ts';
import { createSigningKey, encodeVerifierKey } from '../../src/audit/log/signed-note.ts';
import type { Database } from '../../src/database/database.ts';
import { LogHeads } from '../../src/engine/log-heads.ts';
import { placingTrade } from '../database/fixtures.ts';
import { onOwnConnection } from '../database/locks.ts';
import type { CommandLine } from './command-line.ts';
import { startLogFixture, type LogFixture } from './log-fixture.ts';

let fixture: LogFixture;
let url: string;
let db: Database;
let folder: string;
let heads: LogHeads;
let line: CommandLine;

beforeEach(async () => {
  fixture = await startLogFixture();
  ({ url, db, folder, line } = fixture);
  heads = new LogHeads(db.log, fixture.files);
});
afterEach(() => fixture.stop());

/** So many leaves more, and a head of them. */
async function signed(orders: number): Promise<void> {
  const { size } = await db.log.tree();
  for (let n = 0; n < orders; n += 1) await placingTrade(db);
  await fixture.grown(size + orders);
  expect(await heads.sign()).toEqual({ contradiction: null, unsigned: null });
}

async function saved(name: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, (await line('audit', 'head')).out);
  return file;
}

/** Makes the log anew from rows of which one was changed, and signs it with the engine's own key. */
async function rewritten(): Promise<void> {
  await onOwnConnection(url, async (em) => {
    for (const table of ['log_leaves', 'log_nodes', 'order_events']) {
      await em.execute(`alter table ${table} disable trigger user`);
    }
    for (const table of ['log_leaves', 'log_nodes', 'log_heads']) await em.execute(`delete from ${table}`);
    await em.execute("update order_events set requested_by = 'nobody' where id = 1");
  });
  heads = new LogHeads(db.log, { keyFile: join(folder, 'keys'), headsFile: join(folder, 'other-heads') });
  await fixture.grown(3);
  expect(await heads.sign()).toEqual({ contradiction: null, unsigned: null });
}

describe('audit head', () => {
  it('prints the signed note alone, so that it can be kept, and the rest beside it', async () => {
    await signed(3);
    const [key] = await readKeyFile(join(folder, 'keys'));
    const { status, out, err } = await line('audit', 'head');
    expect(status).toBe(0);
    expect(out).toBe((await db.log.head())?.note);
    expect(err).toMatch(/^Signed \S+Z, over 3 leaves\. Verifier key: order-sync-[0-9a-f]{8}\+/);

    const json = JSON.parse((await line('audit', 'head', '--json')).out) as Record<string, unknown>;
    expect(json).toMatchObject({ size: 3, checkpoint: out, waitingSeconds: 0, origin: key?.name });
    expect(json['verifierKeys']).toEqual(key && [encodeVerifierKey(key)]);
  });

  it('proves that the log has only grown since an earlier head, from a file or published', async () => {
    await signed(3);
    await heads.publish(3_600);
    const file = await saved('head.txt');
    await signed(2);

    const since = await line('audit', 'head', '--since', file, '--json');
    const { size, root, since: from } = JSON.parse(since.out);
    const proof = from.proof.map((hash: string) => Buffer.from(hash, 'base64'));
    const head = (of: number, hash: string) => ({ size: of, root: Buffer.from(hash, 'base64') });
    expect({ size, from: from.size, isConsistent: from.isConsistent }).toEqual({
      size: 5,
      from: 3,
      isConsistent: true,
    });
    expect(verifyConsistency(head(3, from.root), head(5, root), proof)).toBe(true);
    expect((await line('audit', 'head', '--since', file)).err).toContain('only grown since it had 3 leaves');
    expect((await line('audit', 'head', '--since', join(folder, 'heads.jsonl'))).status).toBe(0);
    expect((await line('audit', 'head', '--since', '2')).err).toContain('only grown since it had 2 leaves');
  });

  it('exits 1 where the log was rewritten since, or shortened, or the head is of another key', async () => {
    await signed(3);
    const file = await saved('head.txt');
    await rewritten();
    expect(await line('audit', 'head', '--since', file)).toMatchObject({
      status: 1,
      err: expect.stringContaining('not one that has grown from that of 3 leaves: it was rewritten'),
    });
    expect(await line('audit', 'head', '--since', '99')).toMatchObject({
      status: 1,
      err: expect.stringContaining('it was shortened'),
    });
    const otherKey = encodeVerifierKey(createSigningKey(parseCheckpoint((await db.log.head())?.note ?? '').origin));
    expect(await line('audit', 'head', '--verifier-key', otherKey)).toMatchObject({
      status: 1,
      err: expect.stringContaining('signed by none of the known keys'),
    });
  });

  it('checks every row with --check, and names those that differ from the log', async () => {
    await signed(3);
    expect((await line('audit', 'head', '--check')).err).toContain(
      'All 3 leaves and their rows are as they were logged.',
    );
    await onOwnConnection(url, async (em) => {
      await em.execute('alter table order_events disable trigger user');
      await em.execute("update order_events set requested_by = 'nobody' where id = 2");
    });
    const { status, err, out } = await line('audit', 'head', '--check', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(out).check).toEqual({
      size: 3,
      moved: 0,
      findings: ['the event 2 (leaf 1) is not what was logged'],
    });
    expect(err).toContain('the event 2 (leaf 1) is not what was logged');
  });

  it('says what is wrong with its arguments', async () => {
    expect(await line('audit', 'head')).toMatchObject({
      status: 1,
      err: expect.stringContaining('no head is signed yet'),
    });
    await signed(1);
    for (const argv of [
      ['--since', join(folder, 'nothing')],
      ['--verifier-key', 'key'],
    ]) {
      expect(await line('audit', 'head', ...argv)).toMatchObject({
        status: 2,
        err: expect.stringContaining(argv[0] ?? ''),
      });
    }
  });
});

describe('audit rotate-key', () => {
  it('adds a key beside the old one, and retires that when the new one has signed a published head', async () => {
    expect(await line('audit', 'rotate-key')).toMatchObject({
      status: 1,
      err: expect.stringContaining('does not exist'),
    });
    await signed(1);
    await heads.publish(3_600);
    const [old = '', young = ''] = (await line('audit', 'rotate-key')).out.split('\n');
    expect(await line('audit', 'rotate-key', '--retire')).toMatchObject({
      status: 1,
      err: expect.stringContaining('the newest key has signed no head'),
    });
    await signed(1);
    await heads.publish(0);
    expect(await line('audit', 'rotate-key', '--retire')).toMatchObject({ status: 0, out: `${young}\n` });
    await signed(1);
    expect((await line('audit', 'head', '--verifier-key', young)).status).toBe(0);
    expect((await line('audit', 'head', '--verifier-key', old)).status).toBe(1);
  });

  it('leaves the key file to its owner, whoever runs it', async () => {
    await signed(1);
    const { keyFile } = fixture.files;
    // Nobody but root can give a file away.
    if (process.getuid?.() === 0) await chown(keyFile, 65_534, 65_533);
    const { uid, gid } = await stat(keyFile);
    await line('audit', 'rotate-key');
    expect(await stat(keyFile)).toMatchObject({ uid, gid });
  });
});
