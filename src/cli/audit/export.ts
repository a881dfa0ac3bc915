/** `audit export`: writes a bundle of the orders that are named. */
import type { Evidence } from '../../audit/verify/evidence.ts';
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
  return withDeployment(cli, async ({ deployment, means, head, clockOffsets }) => {
    const { trades } = deployment;
    const ids =
      id === undefined ? await selectOrders(trades, selection) : [(await findTrade(trades, id)).clientOrderId];
    if (ids.length === 0) throw new CouldNotError('no order is meant by that: nothing was written');
    const [{ BundleWriter }, { liveEvidence }] = await Promise.all([
      import('../../audit/bundle/write-bundle.ts'),
      import('../../audit/verify/live-evidence.ts'),
    ]);
    const writer = await BundleWriter.into(out);
    const bar = progressBar(ids.length, output);
    const times: string[] = [];
    const sealed: string[] = [];
    try {
      for (const clientOrderId of ids) {
        const evidence = await liveEvidence(deployment, clientOrderId);
        await writer.add(evidence, means.builds);
        times.push(evidence.trade.createdAt, evidence.trade.updatedAt);
        sealed.push(...whySealed(evidence, deployment.codec));
        bar.add(false);
      }
    } finally {
      bar.end();
    }
    times.sort((a, b) => Date.parse(a) - Date.parse(b));
    const offsets = await clockOffsets.between(times[0] ?? '', times.at(-1) ?? '');
    const { orders, files } = await writer.finish(head, offsets);
    const leaves = head?.size ?? null;
    output.answer({ folder: out, orders, files, leaves }, () => {
      const anchor = leaves === null ? 'there is no signed head yet' : `anchored in the head of ${leaves} leaves`;
      return `${orders} orders are in ${out} (${files} files), ${anchor}. \`order-sync audit verify ${out}\` needs nothing else.`;
    });
    if (sealed.length > 0)
      throw new CouldNotError(
        `${sealed.length} of the ${orders} orders cannot be replayed from this bundle: ${sealed[0]}; add the key to ORDER_SYNC_PAYLOAD_KEYS, and export again`,
      );
  });
}

/** Why an order's histories cannot be read, once for each order. */
function whySealed({ runs }: Evidence, codec: EncryptionCodec): string[] {
  const sealed = runs.map(({ history }) => (history === null ? null : openHistory(history, codec).sealed));
  return sealed.filter((why) => why !== null).slice(0, 1);
}
