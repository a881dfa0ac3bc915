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
  const [client, engine] = [join(PACKAGES, 'client'), join(PACKAGES, 'engine')];
  await Promise.all([clientPackage(client, compiled, types), enginePackage(engine, compiled, types)]);
  for (const tarball of await tarballsOf([client, engine])) process.stdout.write(`${tarball}\n`);
}

async function tarballsOf(folders: readonly string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)('npm', ['pack', '--json', `--pack-destination=${PACKAGES}`, ...folders]);
  const tarballs = JSON.parse(stdout) as { filename: string }[];
  if (tarballs.length !== folders.length) throw new Error(`npm did not make a package of each: ${stdout}`);
  return tarballs.map(({ filename }) => join(PACKAGES, filename));
}
