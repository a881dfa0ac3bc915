import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BundleVerdict } from '../../src/audit/bundle/verify-bundle.ts';
import { moveBatch, type MoveContext } from '../../src/audit/move-out/move-batch.ts';
import type { OrderVerdict } from '../../src/audit/verify/judge.ts';
import { withDeployment } from '../../src/cli/audit/deployment.ts';
import type { Summary } from '../../src/cli/audit/verify-many.ts';
import { Output } from '../../src/cli/output.ts';
import { OrderSyncClient } from '../../src/client/index.ts';
import type { Fill } from '../../src/domain/order/exchange-order.ts';
import type { Trade } from '../../src/domain/order/trade.ts';
import { BundleCopy, fileOf } from '../audit/bundle/exported.ts';
import { onOwnConnection } from '../database/locks.ts';
import { call } from '../http/caller.ts';
import type { TestEngine } from '../support/engine.ts';
import { worldOf } from '../support/reconciling.ts';
import { eventually } from '../support/waiting.ts';
import { startAuditFixture, type AuditFixture } from './audit-fixture.ts';
import { commandLine, type CommandLine } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'order-sync-move-out-'));
const out = join(folder, 'moved');
const CAROL = { requestedBy: 'carol', reason: null };

let fixture: AuditFixture;
let test: TestEngine;
let line: CommandLine;
let orders: OrderSyncClient;
beforeAll(async () => {
  const logFiles = { keyFile: join(folder, 'keys'), headsFile: join(folder, 'heads.jsonl') };
  fixture = await startAuditFixture({ logFiles, http: { host: '127.0.0.1', port: 0, token: null } });
  ({ test, line } = fixture);
  orders = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
});
afterAll(async () => {
  await fixture?.stop();
  rmSync(folder, { recursive: true });
});

/** Until the head has every row. */
async function signed(): Promise<void> {
  const { log } = test.engine.database;
  const isSigned = async (): Promise<boolean> =>
    (await log.waitingSeconds()) === 0 && (await log.head())?.size === (await log.tree()).size;
  await eventually(isSigned, { withinMs: 20_000, what: 'a head of all rows' });
}

interface Filled {
  clientOrderId: string;
  trade: Trade;
  fills: Fill[];
}

/** An order that is ready to be moved out. */
async function movable(): Promise<Filled> {
  const { clientOrderId } = await fixture.filled();
  await fixture.archive(clientOrderId);
  await signed();
  const trade = (await test.trades.find(clientOrderId)) as Trade;
  return { clientOrderId, trade, fills: await test.trades.fillsOf(trade.orderId ?? '') };
}

const moveOut = (...flags: string[]): ReturnType<CommandLine> =>
  line('audit', 'move-out', '--ended-before', new Date().toISOString(), '--out', out, ...flags);

interface Moved {
  moved: number;
  bundles: { folder: string; sha256: string; orders: number }[];
  leftOut: { clientOrderId: string; why: string }[];
}

async function movedOut(): Promise<Moved> {
  const printed = await moveOut('--yes', '--json');
  expect(printed).toMatchObject({ status: 0, err: '' });
  return JSON.parse(printed.out) as Moved;
}

async function verified(
  ...target: string[]
): Promise<{ status: number; verdict: OrderVerdict & Summary & BundleVerdict }> {
  const { status, out: json } = await line('audit', 'verify', ...target, '--json');
  return { status, verdict: JSON.parse(json) as OrderVerdict & Summary & BundleVerdict };
}

/** Changes the record behind the engine's back, as somebody with the owner's password could. */
async function tamper(statement: string, clientOrderId: string): Promise<void> {
  await onOwnConnection(test.databaseUrl, async (em) => {
    await em.execute('alter table order_events disable trigger user');
    await em.execute(statement, [clientOrderId]);
    await em.execute('alter table order_events enable trigger user');
  });
}

/** As the command has it. */
function inContext<Result>(work: (context: MoveContext) => Promise<Result>): Promise<Result> {
  const { environment } = fixture.given;
  const nowhere = { write: () => undefined };
  const output = new Output({ out: nowhere, err: nowhere, environment });
  const stop = new AbortController().signal;
  return withDeployment({ ...fixture.given, output, stop, launch: async () => {} }, ({ head, ...audited }) => {
    if (head === null) throw new Error('there is no head');
    return work({ ...audited, head });
  });
}

describe('audit move-out', () => {
  it('shows how many orders fit, and asks before it does anything', async () => {
    const { clientOrderId } = await movable();
    const questions: string[] = [];
    const ask = (question: string): Promise<boolean> => Promise.resolve(questions.push(question) < 0);
    const asking = commandLine({ ...fixture.given, ask });
    const words = ['audit', 'move-out', '--ended-before', new Date().toISOString(), '--out', out];

    const [dry, unasked, denied] = [await moveOut('--dry-run'), await moveOut(), await asking(...words)];

    expect(dry).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^1 order that ended before \S+ can be moved out, into one bundle\.\n$/),
    });
    expect(unasked).toMatchObject({ status: 2, err: expect.stringContaining('--yes: is required without a terminal') });
    expect(denied).toMatchObject({ status: 1, err: expect.stringContaining('nothing was done') });
    expect(questions).toEqual(['Move out 1 order?']);
    expect(await test.trades.moved(clientOrderId)).toBeNull();
  });

  it.each([
    [['--ended-before', '2999-01-01'], '--ended-before: must not be in the future'],
    [['--batch', '0'], 'It must be a whole number from 1 to 5000'],
  ])('refuses %s', async (flags, error) => {
    expect(await moveOut('--yes', ...flags)).toMatchObject({ status: 2, err: expect.stringContaining(error) });
  });

  it('moves the rows into a bundle that verifies, which the log names; the trade stays', async () => {
    const { clientOrderId, trade } = await movable();

    const { moved, bundles, leftOut } = await movedOut();

    const [bundle] = bundles;
    expect({ moved, leftOut, bundles: bundles.length }).toEqual({ moved: bundle?.orders, leftOut: [], bundles: 1 });
    expect(readdirSync(out)).toContain(`moved-${bundle?.sha256.slice(0, 16)}`);
    expect(await test.trades.find(clientOrderId)).toEqual(trade);
    expect(await test.trades.events(clientOrderId)).toEqual([]);
    const ofBundle = await verified(bundle?.folder ?? '');
    expect(ofBundle).toMatchObject({ status: 0, verdict: { sha256: bundle?.sha256, verified: moved, unanchored: 0 } });
    await signed();
    const { status, verdict } = await verified(clientOrderId);
    expect({ status, ...verdict }).toMatchObject({
      status: 0,
      outcome: 'moved out',
      differences: [],
      moved: { bundleSha256: bundle?.sha256, events: 5, fills: 1, histories: 1, requestedBy: 'carol' },
    });
    expect((await verified('--all')).verdict).toMatchObject({ movedOut: moved, differs: 0, verdicts: [] });
    const check = await line('audit', 'head', '--check');
    expect(check).toMatchObject({ status: 0, err: expect.stringContaining('leaves were moved out, as the log says') });
    expect(JSON.parse((await moveOut('--yes', '--json')).out)).toEqual({ movable: 0, held: {} });
  });

  it('says of such an order where its rows are, wherever they are asked for', async () => {
    const { clientOrderId } = await movable();
    const { bundles } = await movedOut();
    const where = expect.stringContaining(
      `was moved out at ${(await test.trades.moved(clientOrderId))?.movedAt}: its 5 events, 1 fill and 1 history are in the audit bundle whose manifest.json has the SHA-256 ${bundles[0]?.sha256}`,
    );

    const answers = [
      await line('audit', 'show', clientOrderId),
      await line('audit', 'export', clientOrderId, '--out', join(folder, 'none')),
      await line('status', clientOrderId),
    ];
    const { url = '' } = test.engine.http ?? {};
    const { body } = await call(`${url}/api/v1/orders/${clientOrderId}`);
    const page = await call(`${url}/page/orders/${clientOrderId}`);

    expect(answers).toMatchObject([
      { status: 1, err: where },
      { status: 1, err: where },
      { status: 0, out: where },
    ]);
    expect(body).toMatchObject({
      events: [],
      moved_out: { bundle_sha256: bundles[0]?.sha256, sent_by: expect.any(String) },
    });
    expect(page.body['text']).toEqual(where);
  });

  it('leaves out and names an order that does not verify, and one that changes meanwhile', async () => {
    const [wrong, changing, right] = [await movable(), await movable(), await movable()];
    const ids = [wrong, changing, right].map(({ clientOrderId }) => clientOrderId);
    const fees = (value: string): Promise<void> =>
      tamper(`update trades set total_fees = ${value} where client_order_id = ?`, wrong.clientOrderId);
    await fees('0');

    const { bundle, leftOut } = await inContext((context) => {
      const move: MoveContext['movedOrders']['move'] = async (...given) => {
        await orders.sync(changing.clientOrderId, CAROL);
        return context.movedOrders.move(...given);
      };
      return moveBatch({ ...context, movedOrders: { move } }, ids, out, CAROL);
    });

    expect(leftOut).toEqual([
      { clientOrderId: wrong.clientOrderId, why: expect.stringMatching(/^it differs: the events leave the row with/) },
      { clientOrderId: changing.clientOrderId, why: 'it changed meanwhile' },
    ]);
    expect(bundle?.orders).toBe(1);
    expect(await test.trades.moved(right.clientOrderId)).toMatchObject({ bundleSha256: bundle?.sha256 });
    expect(await test.trades.events(changing.clientOrderId)).toHaveLength(6);
    expect((await verified(bundle?.folder ?? '')).verdict).toMatchObject({ orders: 2, verified: 2, differences: [] });
    await fees(wrong.trade.totalFees ?? 'null');
  });

  it('loses nothing where it is killed before the rows are deleted, and can be run again', async () => {
    const { clientOrderId } = await movable();
    const killed = inContext((context) => {
      const move = (): Promise<string[]> => Promise.reject(new Error('killed'));
      return moveBatch({ ...context, movedOrders: { move } }, [clientOrderId], out, CAROL);
    });
    await expect(killed).rejects.toThrow('killed');
    expect(await test.trades.events(clientOrderId)).toHaveLength(5);

    await movedOut();

    expect(await test.trades.moved(clientOrderId)).not.toBeNull();
  });
});

describe('an order that was moved out', () => {
  it('is answered as ever where it is placed again or synced, and no fill of it is counted twice', async () => {
    const { clientOrderId, trade, fills } = await movable();
    await movedOut();
    const { productId, side, orderConfiguration, botId } = trade;
    const { ledger } = test.simulator;
    const placed = ledger.orders().length;

    const again = await orders.place({ clientOrderId, botId, productId, side, orderConfiguration });
    const report = await orders.sync(clientOrderId, CAROL);
    const recorded = await test.trades.recordFills(fills);

    expect(again).toMatchObject({ clientOrderId, status: 'completed', filledSize: trade.filledSize });
    expect(ledger.orders()).toHaveLength(placed);
    expect(report).toMatchObject({ changed: false, after: { status: 'completed', filledSize: trade.filledSize } });
    expect({ recorded, fills: await test.trades.fillsOf(trade.orderId ?? '') }).toEqual({ recorded: [], fills: [] });
    expect((await test.trades.events(clientOrderId)).map(({ cause }) => cause)).toContain('manual_sync');
    const world = worldOf(test);
    await world.reconcile();
    expect((await world.issues()).filter((issue) => issue.clientOrderId === clientOrderId)).toEqual([]);
    await world.close();
    await signed();
    expect(await verified(clientOrderId)).toMatchObject({
      status: 0,
      verdict: { outcome: 'moved out', differences: [] },
    });
  });

  it('is found out where the bundle is not the one that the log names', async () => {
    const { clientOrderId } = await movable();
    const [bundle] = (await movedOut()).bundles;
    const copy = new BundleCopy(bundle?.folder ?? '');
    copy.edit(fileOf(clientOrderId, 'fills.json'), (text) => text.replace('"commission": "', '"commission": "1'));
    const tampered = await verified(copy.folder);
    copy.reseal();
    const resealed = await verified(copy.folder);
    copy.remove();

    expect(tampered).toMatchObject({ status: 1, verdict: { sha256: bundle?.sha256 } });
    expect(tampered.verdict.differences[0]).toContain('fills.json was changed');
    expect(resealed.status).toBe(1);
    expect(resealed.verdict.sha256).not.toBe(bundle?.sha256);
  });

  it('differs where the log does not have it: rows that are merely gone, or a record that was made up', async () => {
    const [gone, forged] = [await movable(), await movable()];
    const remove = 'delete from order_events where client_order_id = ?';
    await tamper(remove, gone.clientOrderId);
    await tamper(
      `insert into moved_orders (client_order_id, bundle_sha256, events, fills, histories, leaves)
       values (?, repeat('a', 64), 5, 0, 0, '[]')`,
      forged.clientOrderId,
    );
    await tamper(remove, forged.clientOrderId);
    await signed();

    expect(await verified(gone.clientOrderId)).toMatchObject({ status: 1, verdict: { outcome: 'differs' } });
    expect(await verified(forged.clientOrderId)).toMatchObject({
      status: 1,
      verdict: { differences: ['moved_orders names 0 leaves, and counts other rows'] },
    });
    const check = await line('audit', 'head', '--check', '--json');
    const { findings } = (JSON.parse(check.out) as { check: { findings: string[] } }).check;
    expect(findings.filter((finding) => /^the event \d+ \(leaf \d+\) is gone$/.test(finding))).toHaveLength(10);
  });
});
