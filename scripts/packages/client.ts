/** The client's package: of the compiled code only what `src/client` imports, which is nothing of the engine. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './declarations.ts';

export async function clientPackage(folder: string, compiled: string, types: Record<string, string>): Promise<void> {
  for (const file of await importedBy(join(compiled, 'client', 'index.js'))) {
    await cp(file, join(folder, relative(compiled, file)));
  }
  await writeFile(join(folder, 'index.d.ts'), types['client.d.ts'] ?? '');
  await cp(join(ROOT, 'docs', 'client.md'), join(folder, 'README.md'));
  await cp(join(ROOT, 'src', 'client', 'package.json'), join(folder, 'package.json'));
}

/** The module itself and all that it imports from beside it, at any depth. */
async function importedBy(entry: string): Promise<Set<string>> {
  const found = new Set<string>();
  const pending = [entry];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const code = await readFile(file, 'utf8');
    for (const [, specifier = ''] of code.matchAll(/^(?:import|export)\b[^;]*?\bfrom '(\.[^']+)'/gm)) {
      pending.push(join(dirname(file), specifier));
    }
  }
  return found;
}
