/** `audit verify <order>`: the verdict about one order of the running deployment, with its timeline. */
import { movedInWords } from '../../domain/order/moved-order.ts';
import type { OrderVerdict } from '../../audit/verify/judge.ts';
import type { Cli } from '../cli.ts';
import { CouldNotError } from '../failure.ts';
import { findTrade } from '../find-trade.ts';
import { paintStatus } from '../order-view.ts';
import type { Paint } from '../output.ts';
import { pairs, plain, table } from '../text-table.ts';
import { withDeployment } from './deployment.ts';

export function verifyOne(id: string, cli: Cli): Promise<void> {
  const { output } = cli;
  return withDeployment(cli, async ({ deployment, dependencies }) => {
    const { clientOrderId } = await findTrade(deployment.trades, id);
    const { verifyLive } = await import('../../audit/verify/verify-live.ts');
    const verdict = await verifyLive(deployment, clientOrderId, dependencies);
    output.answer(verdict, () => describe(verdict, output.paint));
    if (verdict.why !== null)
      throw new CouldNotError(`order ${clientOrderId} cannot be replayed: ${plain(verdict.why)}`);
    const [first] = verdict.differences;
    if (first !== undefined)
      throw new CouldNotError(`order ${clientOrderId} disagrees with its history: ${plain(first)}`);
  });
}

function describe(verdict: OrderVerdict, paint: Paint): string {
  const { differences, unproven, runs, timeline } = verdict;
  const rows = timeline.map(({ at, state, status, cause, source, requestedBy, sentBy }) => [
    at,
    state,
    paintStatus(status, paint),
    cause,
    source,
    plain(requestedBy ?? ''),
    plain(sentBy ?? ''),
  ]);
  return [
    ...(rows.length === 0 ? [] : [table(['TIME', 'STATE', 'STATUS', 'CAUSE', 'SOURCE', 'BY', 'SENT BY'], rows)]),
    pairs([
      ...runs.map(
        ({ runId, status, eventCount }) =>
          [`run ${runId}`, `${status}, ${eventCount} history events, replayed`] as const,
      ),
      ['log', anchorsOf(verdict)] as const,
    ]),
    ...(unproven > 0 ? [`${unproven} events cannot be proven: no history has the facts behind them.`] : []),
    ...differences.map((difference) => `- ${plain(difference)}`),
    sentenceOf(verdict, paint),
  ].join('\n');
}

function anchorsOf({ anchored, unanchored }: OrderVerdict): string {
  const proven = anchored === null ? 'no row is' : `${anchored.rows} rows are`;
  const where = anchored === null ? '' : `, among leaves ${anchored.first} to ${anchored.last}`;
  const others = unanchored.length === 0 ? '' : `; not yet: ${unanchored.join(', ')}`;
  return `${proven} proven by the newest head${where}${others}`;
}

function sentenceOf({ clientOrderId, outcome, why, moved, differences }: OrderVerdict, paint: Paint): string {
  switch (outcome) {
    case 'verified':
      return paint.green(`Order ${clientOrderId}: history, order_events and trade agree.`);
    case 'differs':
      return paint.red(`Order ${clientOrderId}: ${differences.length} differences.`);
    case 'cannot be replayed':
      return paint.yellow(`Order ${clientOrderId} cannot be replayed: ${plain(why ?? '')}`);
    case 'moved out':
      return moved === null ? '' : paint.yellow(`Order ${clientOrderId} ${movedInWords(moved)}.`);
  }
}
