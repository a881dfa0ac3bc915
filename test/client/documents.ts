/** The examples of a document as one program: its `ts` blocks one after the other, and what they say that they print. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLIENT = join(ROOT, 'src', 'client', 'index.ts');
const run = promisify(execFile);

export interface Example {
  program: string;
  /** The comments behind each `console.log`, in their order. */
  prints: string[];
}

export interface Places {
  temporal: string;
  taskQueue: string;
  http: string;
  /** Where the package is installed that the example imports. Default: it imports the sources. */
  project?: string;
}

export async function exampleOf(document: string): Promise<Example> {
  const text = await readFile(join(ROOT, document), 'utf8');
  const program = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block).join('\n');
  const prints = [...program.matchAll(/^\s*console\.log\(.*\); \/\/ (.+)$/gm)].map(([, printed]) => printed ?? '');
  return { program, prints };
}

/**
 * Checks the program's types and runs it in a process of its own; answers the lines that it printed. Nothing of it is
 * changed but where its three addresses lead: the package, Temporal and the HTTP interface. Throws what tsc or the
 * program complained of.
 */
export async function runExample({ program }: Example, places: Places): Promise<string[]> {
  const folder = await mkdtemp(join(places.project ?? tmpdir(), 'order-sync-example-'));
  try {
    const file = join(folder, 'example.mts');
    await writeFile(file, withPlaces(program, places));
    await checkTypes(folder);
    const { stdout } = await run(process.execPath, [file], { timeout: 60_000 });
    return stdout.trimEnd().split('\n');
  } finally {
    await rm(folder, { recursive: true });
  }
}

function withPlaces(program: string, { temporal, taskQueue, http, project }: Places): string {
  return program
    .replaceAll(`from 'order-sync-client'`, `from '${project === undefined ? CLIENT : 'order-sync-client'}'`)
    .replaceAll(`{ address: '127.0.0.1:7233' }`, `{ address: '${temporal}', taskQueue: '${taskQueue}' }`)
    .replaceAll(`'http://127.0.0.1:8080'`, `'${http}'`);
}

async function checkTypes(folder: string): Promise<void> {
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: { typeRoots: [join(ROOT, 'node_modules', '@types')] },
    include: ['*.mts'],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = run(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', folder, '--pretty', 'false'], { timeout: 60_000 });
  await tsc.catch((error: { stdout: string }) => {
    throw new Error(`the types of the example are wrong: ${error.stdout}`);
  });
}
