// `npm run sbom`: writes sbom.json, what the engine depends on, from package-lock.json. With `--check` it says whether that is up to date.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FILE = join(ROOT, 'sbom.json');
const OPTIONS = ['--omit=dev', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'];

const output = execFileSync('npm', ['sbom', ...OPTIONS], { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
const bom = JSON.parse(output);
// npm names the project after its folder, and every run by a number and a time of its own.
bom.metadata.component.name = 'order-sync';
delete bom.serialNumber;
delete bom.metadata.timestamp;
if (!process.argv.includes('--check')) writeFileSync(FILE, `${JSON.stringify(bom, null, 2)}\n`);
else if (contentOf(JSON.parse(readFileSync(FILE, 'utf8'))) !== contentOf(bom)) {
  process.stdout.write('sbom.json: lists other packages than package-lock.json\n');
  process.exitCode = 1;
}

/** Which packages, in which version and with which hash: the rest differs from npm to npm. */
function contentOf({ components }) {
  return JSON.stringify(components.map(({ purl, hashes }) => [purl, hashes]).sort());
}
