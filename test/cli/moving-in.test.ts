import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OrderAction } from '../../src/simulator/index.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { testDatabase } from '../support/resources.ts';
import { commandLine, type Printed } from './command-line.ts';

type Row = Record<string, string | null>;

const DAY_MS = 86_400_000;

let test: TestEngine;
let folder: string;
/** The database of the system before. */
let old: MikroORM;
let sql: string[];
let commands: string[];
beforeAll(async () => {
  test = await startTestEngine();
  folder = await mkdtemp(join(tmpdir(), 'order-sync-moving-in-'));
  old = new MikroORM({
    clientUrl: await testDatabase(),
    entities: [],
    discovery: { warnWhenNoEntities: false },
  });
  const page = await readFile('docs/moving-in.md', 'utf8');
  const blocks = (language: string): string[] =>
    [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text.trim());
  sql = blocks('sql');
  commands = blocks('sh').flatMap((block) => block.split('\n'));
});
afterAll(async () => {
  await old?.close();
  await test?.stop();
  await rm(folder, { recursive: true, force: true });
});

function query(text: string): Promise<Row[]> {
  return old.em.getConnection().execute(text);
}

/** The statement or the command of the page that begins so. */
function shown(among: readonly string[], beginning: string): string {
  const found = among.find((each) => each.startsWith(beginning));
  if (found === undefined) throw new Error(`the page has no ${beginning}`);
  return found;
}

/** Runs a command of the page, with what the page leaves open put in. */
function run(beginning: string, put: Record<string, string> = {}): Promise<Printed> {
  let command = shown(commands, beginning);
  for (const [name, value] of Object.entries(put)) command = command.replace(name, value);
  const [, ...argv] = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
  const line = commandLine({ environment: { ...test.environment, USER: 'carol' }, taskQueue: test.taskQueue });
  return line(...argv);
}

/** An order that the old loop placed yesterday, and what became of it since. Answers the exchange's id. */
function placedBefore(clientOrderId: string, actions: readonly OrderAction[]): string {
  const { exchange } = test.simulator;
  exchange.setPlan({ clientOrderId }, {});
  const configuration = { limit_limit_gtc: { base_size: '0.002', limit_price: '1000.00', post_only: false } };
  const request = { clientOrderId, productId: 'BTC-USD', side: 'BUY' as const, configuration };
  const { order } = exchange.place(request, Date.now() - DAY_MS);
  for (const action of actions) exchange.act(order.orderId, action);
  return order.orderId;
}

async function insert(botId: string, orderId: string | null, status = 'pending'): Promise<void> {
  const id = orderId === null ? 'null' : `'${orderId}'`;
  await query(`insert into trades (bot_id, product_id, side, coinbase_order_id, status)
    values ('${botId}', 'BTC-USD', 'BUY', ${id}, '${status}')`);
}

function csvOf(rows: readonly Row[]): string {
  const [first = {}] = rows;
  return [Object.keys(first), ...rows.map((row) => Object.values(row))].map((fields) => fields.join(',')).join('\n');
}

describe('docs/moving-in.md', () => {
  it('moves a system with stuck rows to the engine, step by step', async () => {
    const filled = placedBefore('old-filled', [{ do: 'fill' }]);
    const open = placedBefore('old-open', []);
    const lost = placedBefore('old-lost', [{ do: 'purge' }]);
    const nameless = placedBefore('old-nameless', []);
    await query(shown(sql, 'create table trades'));
    await insert('bot7', filled);
    await insert('bot8', open);
    await insert('bot8', lost);
    await insert('bot9', null);
    await insert('bot7', placedBefore('old-done', [{ do: 'fill' }]), 'filled');

    const stuck = await query(shown(sql, 'select coinbase_order_id'));
    expect(stuck.map(({ order_id: orderId }) => orderId)).toEqual([filled, open, lost]);
    const file = join(folder, 'stuck.csv');
    await writeFile(file, csvOf(stuck));
    const adopted = await run('order-sync adopt --from-csv', { 'stuck.csv': file });
    expect(adopted.out).toMatch(new RegExp(`${filled} +bot7 +completed +0\\.002`));
    expect(adopted.out).toMatch(new RegExp(`${open} +bot8 +pending`));
    expect(adopted.out).toMatch(new RegExp(`${lost} +bot8 +unknown`));
    expect(adopted.status).toBe(1);

    expect(await query(shown(sql, 'select id'))).toMatchObject([{ bot_id: 'bot9' }]);
    await run('order-sync reconcile');
    await run('order-sync reconcile');
    const issues = await run('order-sync issues');
    const { items } = JSON.parse(issues.out) as { items: { kind: string; orderId: string }[] };
    expect(items).toContainEqual(expect.objectContaining({ kind: 'orphan', orderId: nameless }));
    const given = await run('order-sync adopt <order-id>', { '<order-id>': nameless });
    expect(given).toMatchObject({ status: 0, out: expect.stringMatching(/bot9 +pending/) });

    await query(shown(sql, 'update trades'));
    expect(await query(`select count(*) from trades where status = 'pending'`)).toEqual([{ count: '0' }]);

    expect((await run('order-sync can-trade')).out).toBe('Bot bot7 is free on BTC-USD.\n');
    expect((await run('order-sync can-trade', { bot7: 'bot8' })).out).toContain('Bot bot8 is blocked on BTC-USD');
    const left = JSON.parse((await run('order-sync list')).out) as { items: { orderId: string }[] };
    expect(left.items.map(({ orderId }) => orderId).toSorted()).toEqual([open, nameless].toSorted());
    expect(test.simulator.ledger.posts()).toEqual([]);
  }, 60_000);

  it('has no command that this test does not run', () => {
    expect(commands).toHaveLength(7);
    expect(sql).toHaveLength(4);
  });
});
