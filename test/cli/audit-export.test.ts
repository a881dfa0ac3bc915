import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BundleVerdict } from '../../src/audit/bundle/verify-bundle.ts';
import type { OrderLifecycle } from '../../src/audit/show/lifecycle.ts';
import { OrderSyncClient } from '../../src/client/index.ts';
import { processName } from '../../src/process/identity.ts';
import { marketOrder, type TestEngine } from '../support/engine.ts';
import { startAuditFixture, type AuditFixture } from './audit-fixture.ts';
import { commandLine, type CommandLine } from './command-line.ts';

let fixture: AuditFixture;
let test: TestEngine;
let line: CommandLine;
let filled: AuditFixture['filled'];
const folder = mkdtempSync(join(tmpdir(), 'order-sync-export-'));
beforeAll(async () => {
  fixture = await startAuditFixture();
  ({ test, line, filled } = fixture);
});
afterAll(async () => {
  await fixture?.stop();
  rmSync(folder, { recursive: true });
});

describe('audit export', () => {
  it('writes a bundle of an order that verifies offline, with the clock offsets', async () => {
    const { clientOrderId } = await filled();
    await fixture.archive(clientOrderId);
    const out = join(folder, 'one');

    const exported = await line('audit', 'export', clientOrderId, '--out', out, '--json');

    expect(exported).toMatchObject({ status: 0, err: '' });
    expect(JSON.parse(exported.out)).toEqual({ folder: out, orders: 1, files: 11, leaves: null, movedOut: [] });
    const offline = commandLine({
      environment: { TEMPORAL_ADDRESS: '127.0.0.1:1', DATABASE_URL: 'postgres://no@127.0.0.1:1/no' },
    });
    const checked = await offline('audit', 'verify', out, '--json');
    expect(checked).toMatchObject({ status: 0, err: '' });
    const { maxOffsetMs, ...verdict } = JSON.parse(checked.out) as BundleVerdict;
    expect(verdict).toMatchObject({ orders: 1, verified: 1, head: null, differences: [] });
    expect(maxOffsetMs).toBeLessThan(1_000);
    const [offset] = JSON.parse(readFileSync(join(out, 'clock-offsets.json'), 'utf8')) as object[];
    expect(offset).toMatchObject({ process: processName(), measured_at: expect.stringMatching(/Z$/) });
  });

  it('writes bundles of a bot and a period, and says what to do with them', async () => {
    const [request, other] = [marketOrder({ botId: 'exported' }), marketOrder({ botId: 'exported' })];
    for (const each of [request, other]) await test.outcome(await test.start(each));
    const later = (await test.trades.find(other.clientOrderId))?.createdAt ?? '';
    const out = join(folder, 'some');

    const both = await line('audit', 'export', '--bot', 'exported', '--out', out);
    const first = await line('audit', 'export', '--bot', 'exported', '--to', later, '--out', join(folder, 'first'));

    expect(both).toMatchObject({ status: 0, err: '' });
    expect(both.out).toMatch(
      /^2 orders are in \S+some \(\d+ files\), there is no signed head yet\. `order-sync audit verify /,
    );
    expect(first.out).toMatch(/^1 orders are in /);
    expect(readFileSync(join(folder, 'first', 'orders.csv'), 'utf8')).toContain(request.clientOrderId);
  });

  it.each([
    ['an order that is not there', ['none-such'], 1, /no-such|none-such/],
    ['a bot without orders', ['--bot', 'nobody'], 1, /no order matches: nothing was written/],
    ['no order at all', [], 2, /say which orders: an id, or --bot, --from and --to/],
    ['an order and a bot', ['x', '--bot', 'y'], 2, /say which orders/],
    ['what is no time', ['--from', 'yesterday'], 2, /It must be a day or a time/],
  ])('says what is wrong with %s, and writes nothing', async (_what, argv, status, error) => {
    const out = join(folder, 'nothing');

    const printed = await line('audit', 'export', ...argv, '--out', out);

    expect(printed).toMatchObject({ status, out: '' });
    expect(printed.err).toMatch(error);
    expect(existsSync(out)).toBe(false);
  });

  it('refuses a folder that is not empty', async () => {
    const { clientOrderId } = await filled();
    writeFileSync(join(folder, 'here.txt'), '');

    const printed = await line('audit', 'export', clientOrderId, '--out', folder);

    expect(printed).toMatchObject({ status: 1, out: '' });
    expect(printed.err).toMatch(/is not empty: name a folder that is, or that does not exist/);
  });
});

describe('audit show', () => {
  it('shows the life of an order', async () => {
    const { clientOrderId } = await filled();

    const { status, out, err } = await line('audit', 'show', clientOrderId);

    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatch(new RegExp(`^${clientOrderId} completed\\n`));
    expect(out).toMatch(
      /\n *bot +bot7, blocked for [\d.]+ m?s\n *history +verified\n *clocks +agreed within a second\n/,
    );
    expect(out).toMatch(/\n2 +\S+Z +\d+ ms +by post, attempt 1 +post attempt .* placing/);
    expect(out).toMatch(new RegExp(`FILL .* ${clientOrderId}-fill\\n`));
  });

  it('shows the same as JSON, and names a clock that was off', async () => {
    const { clientOrderId } = await filled();
    await test.engine.database.clockOffsets.record({ process: '77@there', clock: 'database', offsetMs: -2_500 });
    const orders = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
    await orders.sync(clientOrderId, { requestedBy: 'alice' });

    const [json, text] = [
      await line('audit', 'show', clientOrderId, '--json'),
      await line('audit', 'show', clientOrderId),
    ];

    const lifecycle = JSON.parse(json.out) as OrderLifecycle;
    expect(lifecycle).toMatchObject({ trade: { clientOrderId }, isBlocking: false, verdict: { outcome: 'verified' } });
    expect(lifecycle.moments.map(({ decided }) => decided)).toEqual(
      expect.arrayContaining(['intent', 'post attempt', 'accepted', 'observed', 'manual sync']),
    );
    expect(lifecycle.clockOffsets).toContainEqual(expect.objectContaining({ process: '77@there', offsetMs: -2_500 }));
    expect(text.out).toMatch(/clocks +that of the database is 2\.5 s behind that of 77@there \(\S+Z\)\n/);
  });

  it('writes a page', async () => {
    const { clientOrderId } = await filled();
    const file = join(folder, 'order.html');

    const { status, out } = await line('audit', 'show', clientOrderId, '--html', file);

    expect({ status, out }).toEqual({ status: 0, out: `${file} shows order ${clientOrderId}.\n` });
    expect(readFileSync(file, 'utf8')).toContain(`<h1>Order ${clientOrderId}</h1>`);
  });

  it('says that there is no such order', async () => {
    expect(await line('audit', 'show', 'none-such')).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringContaining('none-such'),
    });
  });
});
