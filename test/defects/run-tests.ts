/** Runs named tests in a copy of the project, and tells how each of them ended. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { NamedTest } from './defect.ts';

const MAX_MS = 300_000;

/** `missing`: no test of that title ran, which also is so where its file could not be loaded. */
export type Verdict = 'passed' | 'failed' | 'missing';

interface JestResults {
  testResults: { name: string; message: string; assertionResults: { title: string; status: string }[] }[];
}

export async function runTests(
  folder: string,
  tests: readonly NamedTest[],
  signal: AbortSignal,
): Promise<Map<NamedTest, Verdict>> {
  const results = join(folder, 'results.json');
  await rm(results, { force: true });
  await runJest(folder, tests, results, signal);
  const { testResults } = JSON.parse(await readFile(results, 'utf8')) as JestResults;
  const verdictOf = ({ file, title }: NamedTest): Verdict => {
    const ran = testResults.find(({ name }) => name.endsWith(`/${file}`))?.assertionResults ?? [];
    const ended = ran.filter((test) => test.title === title).map(({ status }) => status);
    if (ended.includes('failed')) return 'failed';
    return ended.includes('passed') ? 'passed' : 'missing';
  };
  return new Map(tests.map((test) => [test, verdictOf(test)]));
}

function runJest(folder: string, tests: readonly NamedTest[], results: string, signal: AbortSignal): Promise<void> {
  const jest = [
    '--disable-warning=ExperimentalWarning',
    '--experimental-vm-modules',
    join(folder, 'node_modules', 'jest', 'bin', 'jest.js'),
    `--cacheDirectory=${join(folder, '.cache')}`,
    '--json',
    `--outputFile=${results}`,
    `--testNamePattern=${tests.map(({ title }) => `${escaped(title)}$`).join('|')}`,
    '--runTestsByPath',
    ...new Set(tests.map(({ file }) => file)),
  ];
  const options = { cwd: folder, signal, timeout: MAX_MS, maxBuffer: Infinity };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, jest, options, (_error, _stdout, stderr) => {
      // Its exit status says no more than the results do.
      if (existsSync(results)) resolve();
      else reject(signal.aborted ? signal.reason : new Error(`the tests did not run to their end: ${stderr.trim()}`));
    });
  });
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
