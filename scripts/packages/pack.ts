/** `npm run pack`: makes the two packages, the client's and the engine's, as tarballs in `dist/packages`. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clientPackage } from './client.ts';
import { compile, declarations, ROOT } from './declarations.ts';
import { enginePackage } from './engine.ts';

const PACKAGES = join(ROOT, 'dist', 'packages');

if (import.meta.main) {
  const compiled = join(PACKAGES, 'compiled');
  await rm(PACKAGES, { recursive: true, force: true });
  await compile(compiled);
  const types = await declarations(compiled);
  for (const makePackage of [clientPackage, enginePackage]) {
    const folder = join(PACKAGES, makePackage === clientPackage ? 'client' : 'engine');
    await makePackage(folder, compiled, types);
    process.stdout.write(`${await tarballOf(folder)}\n`);
  }
}

async function tarballOf(folder: string): Promise<string> {
  const { stdout } = await promisify(execFile)('npm', ['pack', '--json', `--pack-destination=${PACKAGES}`], {
    cwd: folder,
  });
  const [tarball] = JSON.parse(stdout) as { filename: string }[];
  if (tarball === undefined) throw new Error(`npm made no package of ${folder}`);
  return join(PACKAGES, tarball.filename);
}
