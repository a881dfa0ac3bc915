import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { signCheckpoint } from '../../../src/audit/log/checkpoint.ts';
import { encodeVerifierKey } from '../../../src/audit/log/signed-note.ts';
import { ReplayPool } from '../../../src/audit/replay/replay-pool.ts';
import { page } from '../../../src/audit/show/page.ts';
import { clockWords, lifecycleOf, type OrderLifecycle } from '../../../src/audit/show/lifecycle.ts';
import type { Evidence } from '../../../src/audit/verify/evidence.ts';
import { workflowIdOf } from '../../../src/domain/order/order-request.ts';
import { commandLine, type CommandLine } from '../../cli/command-line.ts';
import { ensureQuietRuntime } from '../../support/runtime.ts';
import { BundleCopy, exportHistories, fileOf, MEASURED, temporaryFolder, testKey } from './exported.ts';
import { waysToTamper } from './ways-to-tamper.ts';

const key = testKey();
const folder = temporaryFolder();
const original = join(folder, 'bundle');
/** Neither Temporal nor a database: nothing listens there. */
const environment = { TEMPORAL_ADDRESS: '127.0.0.1:1', DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' };
const replayPool = new ReplayPool(1);
/** Its commands share one process that replays. */
const nothing: CommandLine = commandLine({ environment, replayPool });
let filled: string;
let twice: string;
let orders: readonly Evidence[];

beforeAll(async () => {
  orders = await exportHistories(original, ['filled-at-once', 'synced-by-an-operator'], key);
  [filled, twice] = orders.map(({ trade }) => trade.clientOrderId) as [string, string];
}, 120_000);

const copies: BundleCopy[] = [];
afterEach(() => {
  for (const copy of copies.splice(0)) copy.remove();
});
afterAll(() => {
  replayPool.close();
  rmSync(folder, { recursive: true, force: true });
});

function tampered(change: (copy: BundleCopy) => void, { reseal = true } = {}): BundleCopy {
  const copy = new BundleCopy(original);
  copies.push(copy);
  change(copy);
  if (reseal) copy.reseal();
  return copy;
}

describe('an exported bundle', () => {
  it('is complete', () => {
    const copy = tampered(() => undefined);
    expect(copy.names('.json').filter((name) => name.startsWith(`orders/${filled}`))).toHaveLength(6);
    expect(copy.names('.history.json')).toHaveLength(2);
    expect(copy.names('.js')).toHaveLength(1);
  });

  it('verifies where nothing else runs', async () => {
    const alone = commandLine({ environment });

    const { status, out, err } = await alone('audit', 'verify', original, '--key', encodeVerifierKey(key), '--json');

    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({
      differences: [],
      orders: 2,
      verified: 2,
      differs: 0,
      cannotBeReplayed: 0,
      unanchored: 0,
      verdicts: [],
      head: { origin: 'order-sync-test', isTrusted: true },
      maxOffsetMs: 1_250,
    });
  }, 60_000);

  it('replays with only the SDK', async () => {
    ensureQuietRuntime();
    const copy = tampered(() => undefined);
    const [code = ''] = copy.names('.js');
    const histories = copy.names('.history.json').map((name) => ({
      workflowId: workflowIdOf(name.split('/')[1] ?? ''),
      history: historyFromJSON(JSON.parse(readFileSync(copy.path(name), 'utf8'))),
    }));

    const errors: unknown[] = [];
    for await (const { error } of Worker.runReplayHistories(
      { workflowBundle: { codePath: copy.path(code) } },
      histories,
    ))
      errors.push(error);

    expect(errors).toEqual([undefined, undefined]);
  });

  it('shows corrections and reversals as trade corrects and trade cancels', () => {
    const rows = parse<Record<string, string>>(readFileSync(join(original, 'executions.csv')), { columns: true });

    const own = rows.filter(({ ClOrdID }) => ClOrdID === filled);

    expect(new Set(own.map(({ ExecType }) => ExecType))).toEqual(new Set(['A', '0', 'F', 'H', 'G']));
    expect(own.find(({ ExecType }) => ExecType === 'H')).toMatchObject({ ExecRefID: `${filled}-fill`, CumQty: '0' });
    expect(own.find(({ ExecType }) => ExecType === 'G')).toMatchObject({ ExecRefID: `${filled}-fill`, OrdStatus: '2' });
  });
});

describe('the lifecycle of an order', () => {
  const verdict: OrderLifecycle['verdict'] = { outcome: 'verified', differences: [], why: null, unproven: 0 };
  const context = { verdict, offsets: MEASURED, nowMs: Date.now() };

  it('says what was observed, decided and written, by which layer, and at whose request', () => {
    const [, synced] = orders as [Evidence, Evidence];
    const { moments } = lifecycleOf(synced, context);

    expect(moments[0]).toMatchObject({ decided: 'intent', written: 'placing', layer: null, isAnchored: true });
    expect(moments.find(({ decided }) => decided === 'manual sync')).toMatchObject({ layer: 'manual-sync' });
    expect(moments.find(({ decided }) => decided === 'accepted')).toMatchObject({ layer: 'immediate-check' });
  });

  it.each([
    ['that they agreed', MEASURED.slice(0, 1), /^agreed within a second$/],
    [
      'which was off, from whose, and when',
      MEASURED,
      /^that of the exchange is 1\.3 s behind that of 7@here \(2026-11-29T/,
    ],
    ['that nobody compared them', [], /^they were not compared/],
  ])('says of the clocks %s', (_what, offsets, words) => {
    const [corrected] = orders as [Evidence];
    expect(clockWords(lifecycleOf(corrected, { ...context, offsets }))).toMatch(words);
  });

  it('is a self-contained page, and escapes everything it shows', () => {
    const [corrected] = orders as [Evidence];
    const lifecycle = lifecycleOf({ ...corrected, trade: { ...corrected.trade, botId: '<b>bot</b>' } }, context);

    const text = page(lifecycle);

    expect(text).toMatch(/<svg [^>]*role="img"/);
    expect(text).toContain('&lt;b&gt;bot');
    expect(text).toContain('REVERSAL');
    expect(text).not.toMatch(/<script|<link|https?:\/\/|src=/);
  });
});

describe('a bundle that was tampered with', () => {
  it.each(waysToTamper(() => ({ filled, twice })))('%s is found and named', async (_what, change, found) => {
    const copy = tampered(change);

    const { status, out, err } = await nothing(
      'audit',
      'verify',
      copy.folder,
      '--key',
      encodeVerifierKey(key),
      '--json',
    );

    expect(status).toBe(1);
    const { differences, verdicts } = JSON.parse(out) as {
      differences: string[];
      verdicts: { differences: string[]; why: string | null }[];
    };
    const named = [...differences, ...verdicts.flatMap((verdict) => [...verdict.differences, verdict.why ?? ''])];
    expect(named.filter((text) => found.test(text))).not.toEqual([]);
    expect(err).toMatch(/^error: /);
  });

  it.each([
    [
      'changed',
      (copy: BundleCopy) => copy.edit(fileOf(filled, 'trade.json'), (text) => `${text} `),
      /trade\.json was changed/,
    ],
    [
      'missing',
      (copy: BundleCopy) => rmSync(copy.path('orders.csv')),
      /orders\.csv is missing, which the manifest lists/,
    ],
    [
      'added',
      (copy: BundleCopy) => writeFileSync(copy.path('builds/0123456789abcdef.js'), ''),
      /builds\/0123456789abcdef\.js is not in the manifest/,
    ],
  ])('a file that was %s is found by the manifest', async (_what, change, found) => {
    const copy = tampered(change, { reseal: false });

    const { status, err } = await nothing('audit', 'verify', copy.folder);

    expect(status).toBe(1);
    expect(err).toMatch(found);
  });

  it('differs from the head that was published', async () => {
    const size = Number(readFileSync(join(original, 'checkpoint.txt'), 'utf8').split('\n')[1]);
    const note = signCheckpoint({ origin: key.name, size, root: Buffer.alloc(32, 7) }, [key]);
    const heads = join(folder, 'heads.jsonl');
    writeFileSync(heads, `${JSON.stringify({ published_at: '2026-11-30T00:00:00Z', note })}\n`);

    const { status, err } = await nothing('audit', 'verify', original, '--heads', heads);

    expect(status).toBe(1);
    expect(err).toMatch(/checkpoint\.txt has another root than the head of \d+ leaves that was published/);
  });

  it('names the rows that no head covers, and does not count them as differences', async () => {
    const copy = tampered((bundle) =>
      bundle.editJson<{ kind: string }[]>(fileOf(filled, 'proofs.json'), (proofs) =>
        proofs.filter(({ kind }) => kind !== 'fill'),
      ),
    );

    const { status, out } = await nothing('audit', 'verify', copy.folder, '--json');

    expect(JSON.parse(out)).toMatchObject({ verified: 2, unanchored: 3 });
    expect(status).toBe(0);
  });
});

describe('a folder that is not a valid bundle', () => {
  it.each([
    [
      'no bundle at all',
      (copy: BundleCopy) => rmSync(copy.path('manifest.json')),
      /is not an audit bundle: it has no manifest\.json/,
    ],
    [
      'a manifest that is no JSON',
      (copy: BundleCopy) => writeFileSync(copy.path('manifest.json'), '{'),
      /manifest\.json is not a JSON object/,
    ],
    [
      'a manifest of another format',
      (copy: BundleCopy) => copy.edit('manifest.json', (text) => text.replace('version 1', 'version 9')),
      /manifest\.json: format is "order-sync audit bundle, version 9"/,
    ],
    [
      'a path that leads out',
      (copy: BundleCopy) => copy.editManifest(({ files }) => (files['orders/../../../etc/passwd'] = '0'.repeat(64))),
      /manifest\.json: "orders\/\.\.\/\.\.\/\.\.\/etc\/passwd" is not the name of a bundle's file/,
    ],
    [
      'a link',
      (copy: BundleCopy) => {
        mkdirSync(copy.path('orders/linked'));
        symlinkSync('/etc/passwd', copy.path('orders/linked/trade.json'));
      },
      /orders\/linked\/trade\.json is a link or a device/,
    ],
    [
      'a file of nobody',
      (copy: BundleCopy) => writeFileSync(copy.path('run.sh'), ''),
      /run\.sh is not the name of a bundle's file/,
    ],
  ])('gets one clear error: %s', async (_what, change, found) => {
    const copy = tampered(change, { reseal: false });

    const { status, out, err } = await nothing('audit', 'verify', copy.folder);

    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(found);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  it.each([
    ['events.json', '[{"kind":"event","id":1,"fact_key":7}]'],
    ['events.json', '{"a":[]}'],
    ['fills.json', '[{"kind":"fill","price":"much","size":{}}]'],
    ['trade.json', '[]'],
    ['archive.json', '{"runs":[{"run_id":"../../x","status":"COMPLETED"}],"rows":[]}'],
    ['proofs.json', '[{"kind":"event","ref":"1","index":1e99,"path":["no base64"]}]'],
  ])('names the order whose %s is invalid: %s', async (file, content) => {
    const copy = tampered((bundle) => writeFileSync(bundle.path(fileOf(filled, file)), content));

    const { status, out } = await nothing('audit', 'verify', copy.folder, '--json');

    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ orders: 2, verified: 1, verdicts: [{ clientOrderId: filled }] });
  });
});
