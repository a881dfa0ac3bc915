import type { Command } from 'commander';
import type { Verdict } from '../../audit/verify.ts';
import type { Cli } from '../cli.ts';
import { withHistories, withTemporal } from '../connect.ts';
import { withExamples } from '../shared-options.ts';
import { CouldNotError } from '../failure.ts';
import { findTrade } from '../find-trade.ts';
import { paintStatus } from '../order-view.ts';
import type { Paint } from '../output.ts';
import { pairs, plain, table } from '../text-table.ts';
import { addHead } from './audit-head.ts';
import { addRotateKey } from './audit-rotate-key.ts';

const EXAMPLES = [
  ['Does the record of an order follow from its history?', 'order-sync audit verify 3f2c'],
  ['The states it went through', "order-sync audit verify 3f2c --json | jq '.timeline[].state'"],
] as const;

export function addAudit(program: Command, cli: Cli): void {
  const audit = program
    .command('audit')
    .summary('evidence of what was done to orders')
    .description('Evidence of what was done to orders, for whoever does not take our word for it.');
  withExamples(audit, EXAMPLES);
  const verify = audit
    .command('verify')
    .summary('compare the record of an order with its history')
    .description(
      "Reads an order's histories from the archive and from Temporal, replays them through the workflow's code, and says whether each of its order_events, and the trade, is what the engine makes of the facts in them. Exits 1 at a difference, and names the first.",
    )
    .argument('<id>', 'client order id or exchange order id, or the beginning of one')
    .action((id: string) => verifyOne(id, cli));
  withExamples(verify, EXAMPLES);
  addHead(audit, cli);
  addRotateKey(audit, cli);
}

function verifyOne(id: string, cli: Cli): Promise<void> {
  const { output } = cli;
  return withHistories(cli, (trades, histories) =>
    withTemporal(cli, async (client) => {
      const { clientOrderId } = await findTrade(trades, id);
      // Loaded only where it is needed: it brings the worker and the bundler.
      const [{ verifyOrder }, { historySource }] = await Promise.all([
        import('../../audit/verify.ts'),
        import('../../audit/history-source.ts'),
      ]);
      const verdict = await verifyOrder(historySource(histories, client), trades, clientOrderId);
      if (verdict === null) {
        throw new CouldNotError(
          `there is no history of order ${clientOrderId}, neither archived nor at Temporal, which keeps those of ended orders for a time only`,
        );
      }
      output.answer(verdict, () => describe(verdict, output.paint));
      const [first] = verdict.differences;
      if (first !== undefined)
        throw new CouldNotError(`order ${clientOrderId} disagrees with its history: ${plain(first)}`);
    }),
  );
}

function describe({ clientOrderId, agrees, differences, unproven, runs, timeline }: Verdict, paint: Paint): string {
  const rows = timeline.map(({ at, state, status, cause, source, requestedBy, sentBy }) => [
    at,
    state,
    paintStatus(status, paint),
    cause,
    source,
    plain(requestedBy ?? ''),
    plain(sentBy ?? ''),
  ]);
  const verdict = agrees
    ? paint.green(`Order ${clientOrderId}: history, order_events and trade agree.`)
    : paint.red(`Order ${clientOrderId}: ${differences.length} differences.`);
  return [
    table(['TIME', 'STATE', 'STATUS', 'CAUSE', 'SOURCE', 'BY', 'SENT BY'], rows),
    pairs(
      runs.map(({ runId, status, eventCount }) => [
        `run ${runId}`,
        `${status}, ${eventCount} history events, replayed`,
      ]),
    ),
    ...(unproven > 0 ? [`${unproven} events cannot be proven: no history has the facts behind them.`] : []),
    ...differences.map((difference) => `- ${plain(difference)}`),
    verdict,
  ].join('\n');
}
