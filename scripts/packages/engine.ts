/** The engine's package: all of the compiled code, the workflows' bundle, the command, and the documents. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { buildWorkflowBundle, PREBUILT_BUNDLE } from '../../src/temporal/workflow-bundle.ts';
import { ROOT } from './declarations.ts';

const SOURCES = join(ROOT, 'src');
/** As they are. Of deploy/ what needs no checkout, and no file that a person has put there. */
const COPIED = [
  'bin',
  'README.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'docs',
  'monitoring',
  'deploy/systemd',
  'deploy/temporal',
  'deploy/roles.sql',
  'deploy/order-sync.env.example',
];
const BROWSER = join('http', 'page', 'browser');

export async function enginePackage(folder: string, compiled: string, types: Record<string, string>): Promise<void> {
  const code = join(folder, 'dist');
  await cp(compiled, code, { recursive: true, filter: (file) => !file.endsWith('.d.ts') });
  await cp(join(SOURCES, BROWSER), join(code, BROWSER), {
    recursive: true,
    filter: (file) => !/\.(ts|json)$/.test(file),
  });
  const { code: bundled } = await buildWorkflowBundle();
  await writeFile(join(code, relative(SOURCES, PREBUILT_BUNDLE)), bundled);
  await mkdir(join(folder, 'types'));
  for (const name of ['worker.d.ts', 'simulator.d.ts']) await writeFile(join(folder, 'types', name), types[name] ?? '');
  for (const name of COPIED) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await writeFile(join(folder, 'package.json'), await manifest());
}

/**
 * That of the project without what only a checkout needs. protobufjs is among its dependencies so that Temporal's packages
 * share one copy: `historyToJSON` of one does not know the classes of another's.
 */
async function manifest(): Promise<string> {
  const whole = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { scripts: _, devDependencies: _dev, allowScripts: _allowed, ...packaged } = whole;
  return `${JSON.stringify(packaged, null, 2)}\n`;
}
