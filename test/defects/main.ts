/**
 * `npm run defects`: would the tests notice? Each of some deliberate defects is put into a copy of the project, and the
 * tests that are named for it must fail there. Ends with status 1 where one survives, or where nothing was proven.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import pico from 'picocolors';
import { table } from '../../src/cli/text-table.ts';
import { main, shutdownSignal } from '../../src/process/main.ts';
import { check, mustPass, nameOf, type Checked, type Outcome } from './check.ts';
import { makeCopy } from './copy.ts';
import { readDefects, type Defect } from './defect.ts';
import { DOCUMENT, withDefects } from './document.ts';

interface Options {
  only?: string[];
  json?: true;
  write?: true;
}

const ANOTHER_ONE = `
Another defect: make it in src, write it down with
  git diff -U1 -- src > test/defects/patches/<name>.patch
  git restore src
and put in front of the diff what it is, what it would cost, and what must fail:
  Title: <a sentence>
  Cost: <a sentence>
  Test: test/<file>.test.ts: <the title of the test>
One that survives is a missing test.`;

const signal = shutdownSignal();
const { only, json, write } = new Command('npm run defects --')
  .description('Puts deliberate defects into a copy of the project, one at a time: the tests named for each must fail.')
  .option('--only <names...>', 'these alone, called as the files of test/defects/patches')
  .option('--json', 'print the outcomes as JSON')
  .option('--write', 'write the table of docs/reliability.md, where all that ran were caught')
  .addHelpText('after', ANOTHER_ONE)
  .parse()
  .opts<Options>();

await main(async () => {
  const defects = readDefects();
  const checked = await checkAll(chosen(defects));
  process.stdout.write(`${json ? JSON.stringify(checked.map(toJson), null, 2) : reportOf(checked)}\n`);
  const areCaught = checked.every(({ outcome }) => outcome === 'caught');
  if (write && areCaught) writeFileSync(DOCUMENT, withDefects(readFileSync(DOCUMENT, 'utf8'), defects));
  if (!areCaught) process.exitCode = 1;
});

function chosen(defects: readonly Defect[]): readonly Defect[] {
  if (only === undefined) return defects;
  const names = defects.map(({ name }) => name);
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length === 0) return defects.filter(({ name }) => only.includes(name));
  throw new Error(`no defect is called ${unknown.join(', ')}; there are ${names.join(', ')}`);
}

async function checkAll(defects: readonly Defect[]): Promise<Checked[]> {
  const copy = await makeCopy();
  try {
    const tests = defects.flatMap((defect) => defect.tests);
    report('without a defect, where all of the tests must pass');
    await mustPass(copy, tests, signal);
    const checked: Checked[] = [];
    for (const [index, defect] of defects.entries()) {
      const one = await check(copy, defect, signal);
      checked.push(one);
      const { outcome, seconds, why } = one;
      report(`${index + 1} of ${defects.length}: ${defect.name} ${outcome} in ${seconds.toFixed(1)} s`);
      if (why !== null) report(why);
    }
    return checked;
  } finally {
    await copy.remove();
  }
}

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}

function reportOf(checked: readonly Checked[]): string {
  const { green, red } = pico.createColors(process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '');
  const painted = (outcome: Outcome): string => (outcome === 'caught' ? green(outcome) : red(outcome));
  const rows = checked.map(({ defect, outcome }) => [
    defect.name,
    painted(outcome),
    defect.tests.map(nameOf).join('; '),
  ]);
  const caught = checked.filter(({ outcome }) => outcome === 'caught').length;
  return `\n${table(['DEFECT', 'OUTCOME', 'TEST'], rows)}\n\n${caught} of ${checked.length} defects caught`;
}

function toJson({ defect: { name, title, cost, tests }, outcome, why, seconds }: Checked) {
  return { name, title, cost, tests, outcome, why, seconds };
}
