/** `audit export`: writes a bundle of the orders that are named. */
import type { BundleWriter } from '../../audit/bundle/write-bundle.ts';
import type { Evidence } from '../../audit/verify/evidence.ts';
import { movedIn } from '../../audit/verify/moved.ts';
import { movedInWords, type MovedOrder } from '../../domain/order/moved-order.ts';
import { openHistory } from '../../encryption/open-history.ts';
import type { EncryptionCodec } from '../../encryption/payload-codec.ts';
import type { Cli } from '../cli.ts';
import { CouldNotError, UsageError } from '../failure.ts';
import { findTrade } from '../find-trade.ts';
import { progressBar } from '../progress-bar.ts';
import { withDeployment } from './deployment.ts';
import { selectOrders, type OrderFlags } from './select-orders.ts';

export interface ExportFlags extends OrderFlags {
  out: string;
}

export function exportBundle(id: string | undefined, flags: ExportFlags, cli: Cli): Promise<void> {
  const { out, ...selection } = flags;
  const isNarrowed = Object.keys(selection).length > 0;
  if (id === undefined ? !isNarrowed : isNarrowed)
    throw new UsageError(['say which orders: an id, or --bot, --from and --to']);
  const { output } = cli;
  return withDeployment(cli, async ({ deployment, dependencies, head, clockOffsets }) => {
    const { trades } = deployment;
    const ids =
      id === undefined ? await selectOrders(trades, selection) : [(await findTrade(trades, id)).clientOrderId];
    if (ids.length === 0) throw new CouldNotError('no order matches: nothing was written');
    const [bundle, { liveEvidence }, { readOrders }] = await Promise.all([
      import('../../audit/bundle/write-bundle.ts'),
      import('../../audit/verify/live-evidence.ts'),
      import('../../audit/verify/read-orders.ts'),
    ]);
    let writer: BundleWriter | null = null;
    const moved: MovedOrder[] = [];
    const bar = progressBar(ids.length, output);
    const times: string[] = [];
    const sealed: string[] = [];
    try {
      for await (const { clientOrderId, settled } of readOrders(deployment, ids)) {
        const evidence = settled?.() ?? (await liveEvidence(deployment, clientOrderId));
        // One that was moved out has a bundle already.
        const movedOut = movedIn(evidence.leaves) === null ? null : await trades.moved(clientOrderId);
        if (movedOut !== null) {
          moved.push(movedOut);
          bar.add(false);
          continue;
        }
        writer ??= await bundle.BundleWriter.into(out);
        await writer.add(evidence, dependencies.builds);
        times.push(evidence.trade.createdAt, evidence.trade.updatedAt);
        sealed.push(...whySealed(evidence, deployment.codec));
        bar.add(false);
      }
    } finally {
      bar.end();
    }
    if (writer === null) throw new CouldNotError(`${whereMoved(moved)}: nothing was written`);
    times.sort((a, b) => Date.parse(a) - Date.parse(b));
    const offsets = await clockOffsets.between(times[0] ?? '', times.at(-1) ?? '');
    const { orders, files } = await writer.finish(head, offsets);
    const leaves = head?.size ?? null;
    output.answer({ folder: out, orders, files, leaves, movedOut: moved }, () => {
      const anchor = leaves === null ? 'there is no signed head yet' : `anchored in the head of ${leaves} leaves`;
      return `${orders} orders are in ${out} (${files} files), ${anchor}. \`order-sync audit verify ${out}\` needs nothing else.`;
    });
    if (moved.length > 0) throw new CouldNotError(`${whereMoved(moved)}: that is not in ${out}`);
    if (sealed.length > 0)
      throw new CouldNotError(
        `${sealed.length} of the ${orders} orders cannot be replayed from this bundle: ${sealed[0]}; add the key to ORDER_SYNC_PAYLOAD_KEYS, and export again`,
      );
  });
}

function whereMoved([first, ...others]: readonly MovedOrder[]): string {
  if (first === undefined) return '';
  const more = others.length === 0 ? '' : ` (and ${others.length} more were moved out; --json names their bundles)`;
  return `order ${first.clientOrderId} ${movedInWords(first)}${more}`;
}

/** Why an order's histories cannot be read, once for each order. */
function whySealed({ runs }: Evidence, codec: EncryptionCodec): string[] {
  const sealed = runs.map(({ history }) => (history === null ? null : openHistory(history, codec).sealed));
  return sealed.filter((why) => why !== null).slice(0, 1);
}
