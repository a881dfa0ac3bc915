/** `audit show`: one order's life, as text, as JSON, or as a page. */
import { writeFile } from 'node:fs/promises';
import { movedInWords } from '../../domain/order/moved-order.ts';
import type { OrderLifecycle } from '../../audit/show/lifecycle.ts';
import type { Cli } from '../cli.ts';
import { CouldNotError } from '../failure.ts';
import { findTrade } from '../find-trade.ts';
import { fillTable, paintStatus } from '../order-view.ts';
import type { Paint } from '../output.ts';
import { pairs, plain, table } from '../text-table.ts';
import { withDeployment } from './deployment.ts';

export function showOrder(id: string, { html }: { html?: string }, cli: Cli): Promise<void> {
  const { output } = cli;
  return withDeployment(cli, async ({ deployment, dependencies, clockOffsets }) => {
    const { clientOrderId } = await findTrade(deployment.trades, id);
    const moved = await deployment.trades.moved(clientOrderId);
    if (moved !== null) throw new CouldNotError(`order ${clientOrderId} ${movedInWords(moved)}`);
    const [{ liveEvidence }, { judge }, { clockWords, duration, lifecycleOf }] = await Promise.all([
      import('../../audit/verify/live-evidence.ts'),
      import('../../audit/verify/judge.ts'),
      import('../../audit/show/lifecycle.ts'),
    ]);
    const evidence = await liveEvidence(deployment, clientOrderId);
    const { createdAt, updatedAt } = evidence.trade;
    const [verdict, offsets] = await Promise.all([
      judge(evidence, dependencies),
      clockOffsets.between(createdAt, updatedAt),
    ]);
    const lifecycle = lifecycleOf(evidence, { verdict, offsets, nowMs: Date.now() });
    if (html !== undefined) {
      const { page } = await import('../../audit/show/page.ts');
      await writeFile(html, page(lifecycle));
    }
    output.answer(lifecycle, () =>
      html === undefined
        ? describe(lifecycle, { duration, clocks: clockWords(lifecycle) }, output.paint)
        : `${html} shows order ${clientOrderId}.`,
    );
  });
}

function describe(
  { trade, blockedMs, isBlocking, moments, fills, verdict }: OrderLifecycle,
  { duration, clocks }: { duration: (ms: number) => string; clocks: string },
  paint: Paint,
): string {
  const header = ['#', 'TIME', 'AFTER', 'OBSERVED', 'DECIDED', 'LAYER', 'WRITTEN', 'BY'];
  const rows = moments.map((moment, index) => [
    String(index + 1),
    moment.at,
    duration(moment.afterMs),
    plain(moment.observed),
    moment.decided,
    moment.layer ?? '',
    moment.written,
    plain([moment.requestedBy ?? '', moment.reason ?? ''].filter((part) => part !== '').join(': ')),
  ]);
  const differences = [verdict.why ?? '', ...verdict.differences].filter((text) => text !== '').map(plain);
  return [
    `${paint.bold(trade.clientOrderId)} ${paintStatus(trade.status, paint)}`,
    pairs([
      ['order', `${trade.side} ${plain(trade.productId)} ${plain(JSON.stringify(trade.orderConfiguration))}`],
      ['bot', `${plain(trade.botId)}, blocked for ${duration(blockedMs)}${isBlocking ? ' so far' : ''}`],
      ['history', [verdict.outcome, ...differences].join(': ')],
      ['clocks', plain(clocks)],
    ]),
    '',
    table(header, rows),
    ...(fills.length === 0 ? [] : ['', fillTable(fills)]),
  ].join('\n');
}
