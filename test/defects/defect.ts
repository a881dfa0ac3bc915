/** The deliberate defects: each a patch of `src/` under a header that says what it would cost, and which tests catch it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PATCHES = join(import.meta.dirname, 'patches');

export interface Defect {
  /** The patch's file name, without `.patch`. */
  name: string;
  title: string;
  /** One sentence: why it would cost money. */
  cost: string;
  /** All of them must fail. */
  tests: NamedTest[];
  path: string;
}

export interface NamedTest {
  /** From the root of the project. */
  file: string;
  title: string;
}

export function readDefects(folder = PATCHES): Defect[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.patch'));
  return files.toSorted().map((file) => readDefect(join(folder, file), file.slice(0, -'.patch'.length)));
}

function readDefect(path: string, name: string): Defect {
  const [header, diff] = readFileSync(path, 'utf8').split(/^(?=diff --git )/m);
  const fields = [...(header ?? '').matchAll(/^(Title|Cost|Test): (.+)$/gm)];
  const valuesOf = (wanted: string): string[] =>
    fields.flatMap(([, field, value]) => (field === wanted ? [value ?? ''] : []));
  const [title] = valuesOf('Title');
  const [cost] = valuesOf('Cost');
  const tests = valuesOf('Test').map((test) => readTest(test, name));
  if (title === undefined || cost === undefined || tests.length === 0 || diff === undefined) {
    throw new Error(
      `${name}.patch needs the lines "Title: …", "Cost: …" and "Test: <file>: <title>", and then a diff of src`,
    );
  }
  return { name, title, cost, tests, path };
}

function readTest(test: string, name: string): NamedTest {
  const [, file, title] = /^(test\/\S+\.test\.ts): (.+)$/.exec(test) ?? [];
  if (file === undefined || title === undefined) {
    throw new Error(`${name}.patch: "Test: ${test}" must be "Test: test/….test.ts: <title of the test>"`);
  }
  return { file, title };
}
