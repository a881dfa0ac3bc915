/**
 * Moves ended orders out of the database: into a bundle that is verified and safe on the disk before the first row is deleted.
 * Where it is killed, the rows are still there, or the bundle is and the log says so.
 */
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inParallel } from '../../activities/runtime/in-parallel.ts';
import type { Caller } from '../../domain/order/requester.ts';
import type { ClockOffsets } from '../../ports/clocks.ts';
import type { MovedOrders, OrderToMove } from '../../ports/moved-orders.ts';
import type { SignedHead } from '../../ports/transparency-log.ts';
import { BundleError } from '../bundle/manifest.ts';
import { verifyBundle } from '../bundle/verify-bundle.ts';
import { BundleWriter } from '../bundle/write-bundle.ts';
import type { VerifyDependencies, OrderVerdict } from '../verify/judge.ts';
import { liveEvidence, type Deployment } from '../verify/live-evidence.ts';
import { flushFolder } from './flush-folder.ts';
import { movableOrder } from './movable-order.ts';

export interface MoveContext {
  deployment: Deployment;
  dependencies: VerifyDependencies;
  head: SignedHead;
  clockOffsets: Pick<ClockOffsets, 'between'>;
  movedOrders: Pick<MovedOrders, 'move'>;
  /** Once for each order of a bundle, which is written again where one of them is not verified. */
  onVerdict?: (verdict: OrderVerdict) => void;
}

export interface LeftOut {
  clientOrderId: string;
  why: string;
}

export interface MovedBatch {
  /** Null where no order of the batch could be moved. */
  bundle: { folder: string; sha256: string; orders: number } | null;
  leftOut: LeftOut[];
}

/** @param out - The bundle becomes a folder in it, named after its SHA-256. */
export async function moveBatch(
  context: MoveContext,
  clientOrderIds: readonly string[],
  out: string,
  by: Caller,
): Promise<MovedBatch> {
  await mkdir(out, { recursive: true });
  const { written, leftOut } = await writeVerified(context, clientOrderIds, out);
  if (written === null) return { bundle: null, leftOut };
  const { sha256, orders } = written;
  const folder = join(out, `moved-${sha256.slice(0, 16)}`);
  await rename(written.folder, folder);
  await flushFolder(folder);
  const moved = new Set(await context.movedOrders.move(orders, sha256, by));
  const changed = orders.filter(({ clientOrderId }) => !moved.has(clientOrderId));
  leftOut.push(...changed.map(({ clientOrderId }) => ({ clientOrderId, why: 'it changed meanwhile' })));
  if (moved.size === 0) {
    await rm(folder, { recursive: true });
    return { bundle: null, leftOut };
  }
  return { bundle: { folder, sha256, orders: moved.size }, leftOut };
}

interface Written {
  folder: string;
  sha256: string;
  orders: OrderToMove[];
}

/** A bundle in which every order is verified: it is written again without those that are not. */
async function writeVerified(
  context: MoveContext,
  clientOrderIds: readonly string[],
  out: string,
): Promise<{ written: Written | null; leftOut: LeftOut[] }> {
  const { dependencies, onVerdict } = context;
  const { pool, codec } = dependencies;
  const leftOut: LeftOut[] = [];
  for (let ids = clientOrderIds; ids.length > 0;) {
    const folder = await mkdtemp(join(out, 'unfinished-'));
    const { orders, unfit } = await write(context, ids, folder);
    leftOut.push(...unfit);
    if (orders.length === 0) {
      await rm(folder, { recursive: true });
      break;
    }
    const verdict = await verifyBundle(folder, {
      pool,
      codec,
      trust: { keys: null, heads: [] },
      ...(onVerdict && { onVerdict }),
    });
    const [difference] = verdict.differences;
    if (difference !== undefined) throw new BundleError(`${folder} is not as it was written: ${difference}`);
    const unverified = verdict.orders.filter(({ outcome }) => outcome !== 'verified');
    if (unverified.length === 0) return { written: { folder, sha256: verdict.sha256, orders }, leftOut };
    await rm(folder, { recursive: true });
    leftOut.push(...unverified.map(notVerified));
    const without = new Set(leftOut.map(({ clientOrderId }) => clientOrderId));
    ids = ids.filter((id) => !without.has(id));
  }
  return { written: null, leftOut };
}

async function write(
  { deployment, dependencies, head, clockOffsets }: MoveContext,
  clientOrderIds: readonly string[],
  folder: string,
): Promise<{ orders: OrderToMove[]; unfit: LeftOut[] }> {
  const writer = await BundleWriter.into(folder);
  const orders: OrderToMove[] = [];
  const unfit: LeftOut[] = [];
  const times: number[] = [];
  await inParallel(clientOrderIds, dependencies.pool.width, async (clientOrderId) => {
    const evidence = await liveEvidence(deployment, clientOrderId);
    const order = movableOrder(evidence);
    if ('why' in order) return void unfit.push({ clientOrderId, why: order.why });
    await writer.add(evidence, dependencies.builds);
    orders.push(order);
    times.push(Date.parse(evidence.trade.createdAt), Date.parse(evidence.trade.updatedAt));
  });
  if (orders.length > 0) {
    const [from, to] = [Math.min(...times), Math.max(...times)].map((timeMs) => new Date(timeMs).toISOString());
    await writer.finish(head, await clockOffsets.between(from ?? '', to ?? ''));
  }
  return { orders, unfit };
}

function notVerified({ clientOrderId, outcome, why, differences: [first] }: OrderVerdict): LeftOut {
  return { clientOrderId, why: `it ${outcome === 'differs' ? `differs: ${first}` : `${outcome}: ${why}`}` };
}
