import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

// The rules are plain JavaScript, without types.
const rules = new URL('../../scripts/house-rules.mjs', import.meta.url);
const { houseRuleFindings } = (await import(fileURLToPath(rules))) as { houseRuleFindings(root: string): string[] };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'order-sync-house-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('the house rules', () => {
  it('let the order import nothing but xstate and big.js', () => {
    expect(
      findings(
        'src/domain/order/a.ts',
        "import { setup } from 'xstate';\nimport { Big } from 'big.js';\nimport { b } from './b.ts';\n",
      ),
    ).toEqual([]);
    expect(findings('src/domain/order/b.ts', "\nimport type { Pool } from '../../database/pool.ts';\n")).toEqual([
      expect.stringMatching(/^src\/domain\/order\/b\.ts:2: imports src\/database\/pool\.ts: /),
    ]);
    expect(findings('src/domain/order/c.ts', "import { readFile } from 'node:fs/promises';\n")).toHaveLength(1);
  });

  it('let workflows know activities as types only', () => {
    expect(findings('src/workflows/a.ts', "import type { Activities } from '../activities/index.ts';\n")).toEqual([]);
    expect(findings('src/workflows/b.ts', "import { type A, type B } from '../activities/index.ts';\n")).toEqual([]);
    expect(findings('src/workflows/c.ts', "import { place } from '../activities/index.ts';\n")).toHaveLength(1);
    expect(findings('src/workflows/d.ts', "export * from '../activities/index.ts';\n")).toHaveLength(1);
    expect(findings('src/workflows/e.ts', "import {\n  hash,\n} from 'node:crypto';\n")).toHaveLength(1);
    expect(findings('src/workflows/f.ts', "const { hash } = await import('node:crypto');\n")).toHaveLength(1);
  });

  it('keep the simulator and the client to themselves', () => {
    expect(
      findings('src/simulator/a.ts', "import fastify from 'fastify';\nimport { x } from './core/x.ts';\n"),
    ).toEqual([]);
    expect(findings('src/simulator/b.ts', "import type { Trade } from '../domain/order/trade.ts';\n")).toHaveLength(1);
    expect(
      findings(
        'src/client/a.ts',
        "import { Client } from '@temporalio/client';\nimport type { P } from '../ports/exchange.ts';\n",
      ),
    ).toEqual([]);
    expect(findings('src/client/b.ts', "import { Worker } from '@temporalio/worker';\n")).toHaveLength(1);
  });

  it.each([
    ['src/http/a.ts', '../coinbase/auth/jwt.ts'],
    ['src/http/a.ts', '../activities/order/post-order.ts'],
    ['src/coinbase/a.ts', '../database/pool.ts'],
    ['src/database/a.ts', '../engine/engine.ts'],
    ['src/temporal/a.ts', '../workflows/index.ts'],
    ['src/alerts/a.ts', '../http/app.ts'],
    ['src/audit/a.ts', '../database/pool.ts'],
    ['src/engine/a.ts', '../cli/program.ts'],
    ['src/engine/settings/a.ts', '../engine.ts'],
    ['src/local/a.ts', '../engine/engine.ts'],
    ['src/process/a.ts', '../domain/names.ts'],
    ['src/cli/a.ts', '../engine/engine.ts'],
    ['src/cli/a.ts', '../activities/order/post-order.ts'],
    ['src/dev/a.ts', '../database/pool.ts'],
  ])('keep %s from importing %s, even for a type', (file, other) => {
    expect(findings(file, `import type { It } from '${other}';\n`)).toEqual([
      expect.stringMatching(/^[\w/]+\.ts:1: imports src\//),
    ]);
  });

  it('require a layer for each new folder', () => {
    expect(findings('src/new/a.ts', '')).toEqual([expect.stringContaining('belongs to no layer')]);
  });

  it.each([
    ['src/process/a.ts', '// TODO: later', 'TODO'],
    ['src/process/a.ts', 'const a = b as any;', 'as any'],
    ['src/process/a.ts', '// @ts-ignore', '@ts-ignore'],
    ['test/a.ts', 'it.only("works")', 'it.only'],
    ['test/a.ts', 'describe.skip("works")', 'describe.skip'],
    ['src/process/a.ts', 'const price = parseFloat(text);', 'parseFloat('],
    ['src/process/a.ts', 'const cost = Number(order.filled_size);', 'Number(order.filled_size'],
  ])('find in %s: %s', (file, line, phrase) => {
    expect(findings(file, `\n${line}\n`)).toEqual([expect.stringContaining(`${file}:2: "${phrase}": `)]);
  });

  it('find nothing in counts, comments and strings that only look alike', () => {
    const innocent =
      "const port = Number(text);\n// as any SDK would\nconst method = 'todo list';\nexport const names = ['order', 'from'];\n";
    expect(findings('src/domain/order/a.ts', innocent)).toEqual([]);
  });

  it('refuse a file of more than 400 lines', () => {
    expect(findings('src/process/long.ts', 'x;\n'.repeat(400))).toEqual([]);
    expect(findings('src/process/longer.ts', 'x;\n'.repeat(401))).toEqual([
      expect.stringContaining('src/process/longer.ts:401: 401 lines'),
    ]);
  });
});

/** What is found once a file is there; each file is judged by itself. */
function findings(file: string, text: string): string[] {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  const found = houseRuleFindings(root);
  rmSync(path);
  return found;
}
