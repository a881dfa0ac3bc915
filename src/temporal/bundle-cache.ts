/** The last bundle of a checkout's workflows, kept as long as nothing changes that goes into it: bundling takes 3 s of a processor. */
import { createHash, hash, randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const FILE = join('.order-sync', 'workflow-bundle');

/** The kept code, unless a source or a package has changed since; else that of `bundle`, which is kept in its place. */
export async function cachedBundle(checkout: string, bundle: () => Promise<string>): Promise<string> {
  const file = join(checkout, FILE);
  const inputs = await hashOfInputs(checkout);
  const kept = await read(file, inputs);
  if (kept !== null) return kept;
  const code = await bundle();
  // Whoever edited a source meanwhile has bundled neither the old ones nor the new.
  if ((await hashOfInputs(checkout)) === inputs) await keep(file, inputs, code);
  return code;
}

/** Of all sources, because any may be imported, and of the versions of all packages. */
async function hashOfInputs(checkout: string): Promise<string> {
  const sources = (await readdir(join(checkout, 'src'), { recursive: true })).filter((name) => name.endsWith('.ts'));
  const inputs = createHash('sha256');
  for (const name of ['package-lock.json', ...sources.toSorted().map((source) => join('src', source))])
    inputs.update(`${name} ${hash('sha256', await readFile(join(checkout, name)))}\n`);
  return inputs.digest('hex');
}

/** Null where there is none of these inputs, or where the file is not as it was written. */
async function read(file: string, inputs: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const end = text.indexOf('\n');
  const code = text.slice(end + 1);
  return text.slice(0, end) === headOf(inputs, code) ? code : null;
}

async function keep(file: string, inputs: string, code: string): Promise<void> {
  const unfinished = `${file}.${randomUUID()}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(unfinished, `${headOf(inputs, code)}\n${code}`);
    await rename(unfinished, file);
  } catch {
    // In a checkout that cannot be written to, each start bundles.
  }
}

function headOf(inputs: string, code: string): string {
  return `${inputs} ${hash('sha256', code)}`;
}
