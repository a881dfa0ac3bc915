/** What the log proves, verified by the code that Go verifies its own checksum database with. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signCheckpoint } from '../../src/audit/log/checkpoint.ts';
import { growTree } from '../../src/audit/log/grow-tree.ts';
import { leafBytes } from '../../src/audit/log/leaf.ts';
import { proveConsistency, proveOrders, rootOf } from '../../src/audit/log/prove.ts';
import { createSigningKey, encodeVerifierKey } from '../../src/audit/log/signed-note.ts';
import type { Database } from '../../src/database/database.ts';
import { acceptedFact, migratedDatabase, newFill, placingTrade } from '../database/fixtures.ts';
import { eventually } from '../support/waiting.ts';

const PROGRAM = join(import.meta.dirname, 'go');
const [old, young] = [createSigningKey('order-sync-test'), createSigningKey('order-sync-test')];

let db: Database;
let folder: string;
/** Null where Go, or its module, cannot be had. */
let verifier: string | null = null;

interface Evidence {
  VerifierKeys: string[];
  Earlier: string;
  Later: string;
  Consistency: string[];
  Leaves: { Index: number; Bytes: string; Path: string[] }[];
}

beforeAll(async () => {
  ({ db } = await migratedDatabase());
  folder = await mkdtemp(join(tmpdir(), 'order-sync-go-'));
  verifier = await built();
}, 300_000);
afterAll(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

describe('an independent verifier in Go, with sumdb/note and tlog', () => {
  it('verifies the leaves of one order and that the log only grew, with either key, and nothing that was changed', async () => {
    if (verifier === null) return;
    const good = await evidence();
    expect(verify(good)).toEqual({ status: 0, out: '3 leaves of 12\n', err: '' });
    expect(verify({ ...good, VerifierKeys: [encodeVerifierKey(old)] }).status).toBe(0);

    const [first, ...others] = good.Leaves;
    const changed = Buffer.from(
      Buffer.from(first?.Bytes ?? '', 'base64')
        .toString()
        .replace('BUY', 'SELL'),
    );
    const bad: [Partial<Evidence>, RegExp][] = [
      [
        { Leaves: [{ ...first, Bytes: changed.toString('base64') } as Evidence['Leaves'][0]] },
        /^leaf \d+: invalid transparency proof/,
      ],
      [
        { Leaves: [{ ...others[0], Path: first?.Path } as Evidence['Leaves'][0]] },
        /^leaf \d+: invalid transparency proof/,
      ],
      [{ Consistency: good.Consistency.toReversed() }, /^consistency: /],
      [{ Earlier: good.Earlier.replace('\n7\n', '\n6\n') }, /^head: /],
      [{ VerifierKeys: [encodeVerifierKey(createSigningKey('order-sync-test'))] }, /^head: .*no verifiable signatures/],
    ];
    for (const [change, error] of bad) {
      const { status, err } = verify({ ...good, ...change });
      expect(err).toMatch(error);
      expect(status).toBe(1);
    }
  });
});

async function built(): Promise<string | null> {
  const program = join(folder, 'verify');
  try {
    await promisify(execFile)('go', ['build', '-o', program, '.'], { cwd: PROGRAM });
    return program;
  } catch (error) {
    console.warn(`NOT TESTED: whether strangers can verify the transparency log with Go: ${(error as Error).message}`);
    return null;
  }
}

async function evidence(): Promise<Evidence> {
  const orders: string[] = [];
  for (let n = 0; n < 4; n += 1) {
    const trade = await placingTrade(db);
    await db.trades.apply(trade.clientOrderId, acceptedFact(trade));
    await db.trades.recordFills([newFill({ orderId: `exchange-${trade.clientOrderId}` })]);
    orders.push(trade.clientOrderId);
  }
  const [Earlier, Later] = [await headOf(7), await headOf(12)];
  const proved = await proveOrders(db.log, [orders[1] ?? ''], 12);
  return {
    VerifierKeys: [encodeVerifierKey(young)],
    Earlier,
    Later,
    Consistency: (await proveConsistency(await db.log.tree(), 7, 12)).map(base64),
    Leaves: proved.map(({ leaf, proof }) => ({
      Index: proof?.index ?? -1,
      Bytes: base64(leafBytes(leaf)),
      Path: (proof?.path ?? []).map(base64),
    })),
  };
}

async function headOf(size: number): Promise<string> {
  const grow = async () => {
    const missing = size - (await db.log.tree()).size;
    if (missing > 0) await db.log.append(missing, growTree);
    return missing === 0;
  };
  await eventually(grow, { withinMs: 10_000, what: `a log of ${size} leaves` });
  return signCheckpoint({ origin: 'order-sync-test', size, root: await rootOf(await db.log.tree(), size) }, [
    old,
    young,
  ]);
}

function verify(given: Evidence): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(verifier ?? '', { input: JSON.stringify(given) });
  return { status, out: String(stdout), err: String(stderr) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
