/** Orders of two builds in one bundle: each history is replayed by the code that wrote it, and by no other. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BundleVerdict } from '../../../src/audit/bundle/verify-bundle.ts';
import { ReplayPool } from '../../../src/audit/replay/replay-pool.ts';
import { workflowIdOf } from '../../../src/domain/order/order-request.ts';
import { commandLine } from '../../cli/command-line.ts';
import { BundleCopy, exportHistories, fileOf, temporaryFolder, testKey } from './exported.ts';

/** An earlier build called an activity by another name, so that the present one does not replay what it wrote. */
const EARLIER = (text: string): string => text.replaceAll('lookAtOrder', 'askAboutOrder');

const folder = temporaryFolder();
const original = join(folder, 'bundle');
const line = commandLine();
let byPresent: string;
let byEarlier: string;
beforeAll(async () => {
  const names = ['filled-at-once', 'synced-by-an-operator'];
  const orders = await exportHistories(original, names, testKey(), { 'synced-by-an-operator': EARLIER });
  [byPresent, byEarlier] = orders.map(({ trade }) => trade.clientOrderId) as [string, string];
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function verify(
  bundle: string,
): Promise<BundleVerdict & { verified: number; verdicts: BundleVerdict['orders'] }> {
  const { out } = await line('audit', 'verify', bundle, '--json');
  return JSON.parse(out);
}

/** The builds as they stand in the archived runs. */
function buildOf(bundle: BundleCopy, clientOrderId: string): string {
  const { runs } = JSON.parse(readFileSync(bundle.path(fileOf(clientOrderId, 'archive.json')), 'utf8'));
  return `builds/${runs[0].build_id}.js`;
}

async function withCopy<Result>(work: (copy: BundleCopy) => Promise<Result>): Promise<Result> {
  const copy = new BundleCopy(original);
  try {
    return await work(copy);
  } finally {
    copy.remove();
  }
}

describe('a bundle with orders of two builds', () => {
  it(
    'has both, and verifies each order with its own',
    () =>
      withCopy(async (copy) => {
        const builds = [buildOf(copy, byPresent), buildOf(copy, byEarlier)];

        expect(new Set(builds).size).toBe(2);
        expect(copy.names('.js')).toEqual(builds.toSorted());
        expect(await verify(original)).toMatchObject({ verified: 2, differences: [] });
      }),
    60_000,
  );

  it(
    'says of the orders of a build that is gone that they cannot be replayed, and verifies the others',
    () =>
      withCopy(async (copy) => {
        const build = buildOf(copy, byEarlier);
        rmSync(copy.path(build));
        copy.reseal();

        const { verified, verdicts } = await verify(copy.folder);

        expect(verified).toBe(1);
        expect(verdicts).toMatchObject([
          { clientOrderId: byEarlier, outcome: 'cannot be replayed', why: expect.stringMatching(/is missing$/) },
        ]);
      }),
    60_000,
  );

  it(
    'detects that one build was replaced by the other',
    () =>
      withCopy(async (copy) => {
        writeFileSync(copy.path(buildOf(copy, byEarlier)), readFileSync(copy.path(buildOf(copy, byPresent))));
        copy.reseal();

        const { verified, verdicts } = await verify(copy.folder);

        expect(verified).toBe(1);
        expect(verdicts).toMatchObject([{ clientOrderId: byEarlier, outcome: 'differs' }]);
        expect(verdicts[0]?.differences[0]).toMatch(/the code of build \S+, which wrote run \S+, was replaced/);
      }),
    60_000,
  );

  it(
    'needs both: the current one does not replay what the earlier one wrote',
    () =>
      withCopy(async (copy) => {
        const pool = new ReplayPool(1);
        const [name = ''] = copy.names('.history.json').filter((path) => path.includes(`/${byEarlier}/`));
        const history = readFileSync(copy.path(name));
        const replay = (build: string) =>
          pool.replay({ codeFile: copy.path(build), workflowId: workflowIdOf(byEarlier), history });
        try {
          expect(await replay(buildOf(copy, byEarlier))).toMatchObject({ error: null });
          expect((await replay(buildOf(copy, byPresent))).error).toMatch(/nondeterminism/i);
        } finally {
          pool.close();
        }
      }),
    60_000,
  );
});
