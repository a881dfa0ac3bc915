import { existsSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { exportBundle, type ExportFlags } from '../audit/export.ts';
import { timeOf } from '../audit/select-orders.ts';
import { showOrder } from '../audit/show.ts';
import { verifyAll, verifyFolder, type TrustFlags } from '../audit/verify-many.ts';
import { verifyOne } from '../audit/verify-one.ts';
import type { Cli } from '../cli.ts';
import { UsageError } from '../failure.ts';
import { withExamples } from '../shared-options.ts';
import { addHead } from './audit-head.ts';
import { addMoveOut } from './audit-move-out.ts';
import { addRotateKey } from './audit-rotate-key.ts';

const VERIFY_EXAMPLES = [
  ['Does the record of an order follow from its history?', 'order-sync audit verify 3f2c'],
  ['A bundle, on a machine that has nothing else', 'order-sync audit verify ./november --key order-sync-1a2b3c4d+…'],
  ['Every order of this deployment', 'order-sync audit verify --all --json'],
] as const;

const EXPORT_EXAMPLES = [
  ['One order', 'order-sync audit export 3f2c --out ./order'],
  [
    'What a bot did in November',
    'order-sync audit export --bot bot7 --from 2026-11-01 --to 2026-12-01 --out ./november',
  ],
] as const;

const SHOW_EXAMPLES = [
  ['What happened to this order?', 'order-sync audit show 3f2c'],
  ['As a page to hand on', 'order-sync audit show 3f2c --html order.html'],
] as const;

export function addAudit(program: Command, cli: Cli): void {
  const audit = program
    .command('audit')
    .summary('evidence of what was done to orders')
    .description('Evidence of what was done to orders, for those who do not take our word for it.');
  withExamples(audit, [VERIFY_EXAMPLES[0], EXPORT_EXAMPLES[0]]);
  addVerify(audit, cli);
  addExport(audit, cli);
  addMoveOut(audit, cli);
  addShow(audit, cli);
  addHead(audit, cli);
  addRotateKey(audit, cli);
}

function addVerify(audit: Command, cli: Cli): void {
  const verify = audit
    .command('verify')
    .summary('compare the record of orders with their histories')
    .description(
      "Replays orders' histories through the workflow code that wrote them, and says whether each of their events, fills and figures is what the engine makes of the facts in them, and whether the transparency log has them. Each order is verified, differs, or cannot be replayed; exits 1 unless all are verified. A bundle's folder needs no server and no database.",
    )
    .argument('[order or folder]', 'client or exchange order id, or the beginning of one; or the folder of a bundle')
    .option('--all', 'every order of the deployment')
    .option('--key <key>', "the log's verifier key, as you have it from elsewhere; may be repeated", collect)
    .option('--heads <file>', 'the file of published heads, to compare the head of a bundle with')
    .action((target: string | undefined, { all, ...trust }: TrustFlags & { all?: true }) => {
      if ((target === undefined) !== (all === true)) throw new UsageError(['name an order or a folder, or give --all']);
      if (target === undefined) return verifyAll(cli);
      return isFolder(target) ? verifyFolder(target, trust, cli) : verifyOne(target, cli);
    });
  withExamples(verify, VERIFY_EXAMPLES);
}

function addExport(audit: Command, cli: Cli): void {
  const command = audit
    .command('export')
    .summary('write a bundle that auditors verify without us')
    .description(
      "Writes orders into a folder: histories as Temporal's own JSON, trade, events and fills, the workflow code that ran them, proofs and checkpoint of the transparency log, and tables with the columns of FIX.",
    )
    .argument('[order]', 'client or exchange order id, or the beginning of one')
    .requiredOption('--out <folder>', 'where to; must be empty, or not exist')
    .option('--bot <id>', 'the orders of this bot')
    .option('--from <time>', 'placed at this time or later', timeOf)
    .option('--to <time>', 'placed before this time', timeOf)
    .action((id: string | undefined, flags: ExportFlags) => exportBundle(id, flags, cli));
  withExamples(command, EXPORT_EXAMPLES);
}

function addShow(audit: Command, cli: Cli): void {
  const command = audit
    .command('show')
    .summary("show an order's history")
    .description(
      "Shows an order's timeline: at each moment what was observed, in the exchange's own words, what was decided and by which layer, what was written, and who asked; and how long the bot was blocked.",
    )
    .argument('<order>', 'client or exchange order id, or the beginning of one')
    .option('--html <file>', 'write a page with the timeline as a picture, which needs nothing else')
    .action((id: string, flags: { html?: string }) => showOrder(id, flags, cli));
  withExamples(command, SHOW_EXAMPLES);
}

/** An order's id has no slash; one that is also a folder's name is meant as that only with `./` before it. */
function isFolder(target: string): boolean {
  return target.includes('/') || (existsSync(target) && statSync(target).isDirectory());
}

function collect(key: string, earlier: string[] = []): string[] {
  return [...earlier, key];
}
