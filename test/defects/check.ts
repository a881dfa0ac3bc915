/** Puts each defect in, one at a time, and looks whether its tests fail. */
import { messageOf } from '../../src/domain/message-of.ts';
import type { Copy } from './copy.ts';
import type { Defect, NamedTest } from './defect.ts';
import { runTests } from './run-tests.ts';

/** `error`: nothing was proven, because the patch no longer applies or a test did not run. */
export type Outcome = 'caught' | 'survived' | 'error';

export interface Checked {
  defect: Defect;
  outcome: Outcome;
  /** What went wrong; null where it was caught. */
  why: string | null;
  seconds: number;
}

/** Rejects where one of the tests fails without any defect: it would prove nothing. */
export async function mustPass(copy: Copy, tests: readonly NamedTest[], signal: AbortSignal): Promise<void> {
  const verdicts = await runTests(copy.folder, tests, signal);
  const others = [...verdicts].filter(([, verdict]) => verdict !== 'passed');
  if (others.length === 0) return;
  const lines = new Set(others.map(([test, verdict]) => `  ${nameOf(test)}: ${verdict}`));
  throw new Error(`without any defect these tests must pass:\n${[...lines].join('\n')}`);
}

export async function check(copy: Copy, defect: Defect, signal: AbortSignal): Promise<Checked> {
  const startedMs = Date.now();
  const { outcome, why } = await judge(copy, defect, signal);
  return { defect, outcome, why, seconds: (Date.now() - startedMs) / 1_000 };
}

async function judge(copy: Copy, defect: Defect, signal: AbortSignal): Promise<Pick<Checked, 'outcome' | 'why'>> {
  try {
    await copy.put(defect);
  } catch (error) {
    return { outcome: 'error', why: `the patch no longer applies, and must be renewed: ${messageOf(error)}` };
  }
  try {
    const verdicts = [...(await runTests(copy.folder, defect.tests, signal))];
    const missing = verdicts.filter(([, verdict]) => verdict === 'missing');
    if (missing.length > 0) return { outcome: 'error', why: `did not run: ${namesOf(missing)}` };
    const passed = verdicts.filter(([, verdict]) => verdict === 'passed');
    if (passed.length > 0) return { outcome: 'survived', why: `passed in spite of it: ${namesOf(passed)}` };
    return { outcome: 'caught', why: null };
  } catch (error) {
    signal.throwIfAborted();
    return { outcome: 'error', why: messageOf(error) };
  } finally {
    await copy.take(defect);
  }
}

function namesOf(verdicts: readonly (readonly [NamedTest, unknown])[]): string {
  return verdicts.map(([test]) => nameOf(test)).join('; ');
}

export function nameOf({ file, title }: NamedTest): string {
  return `${file}: ${title}`;
}
