/** `npm run api`: writes `api/` anew. With `--check`, as in `npm run check`, it says which of its files differ. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compile, declarations, ROOT } from './declarations.ts';

export const API = join(ROOT, 'api');

if (import.meta.main) {
  const compiled = join(ROOT, 'dist', 'api');
  await rm(compiled, { recursive: true, force: true });
  await compile(compiled, '--emitDeclarationOnly');
  const files = Object.entries(await declarations(compiled));
  if (process.argv.includes('--check')) await check(files);
  else await write(files);
}

async function write(files: [name: string, content: string][]): Promise<void> {
  await mkdir(API, { recursive: true });
  for (const [name, content] of files) await writeFile(join(API, name), content);
}

async function check(files: [name: string, content: string][]): Promise<void> {
  for (const [name, content] of files) {
    const kept = await readFile(join(API, name), 'utf8').catch(() => '');
    if (kept === content) continue;
    process.exitCode = 1;
    process.stdout.write(`api/${name}: what can be imported has changed\n`);
  }
}
