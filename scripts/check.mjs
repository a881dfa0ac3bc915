// `npm run check`: types, lint, format, unused code, what the packages declare and house rules, all at once. Ends with status 1 if anything was found.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { houseRuleFindings } from './house-rules.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const checks = [
  { name: 'types', command: ['tsc', '-p', '.', '--pretty', 'false'] },
  { name: 'types in the browser', command: ['tsc', '-p', 'src/http/page/browser', '--pretty', 'false'] },
  { name: 'types in the picture', command: ['tsc', '-p', 'scripts/monitoring/picture', '--pretty', 'false'] },
  {
    name: 'lint',
    command: ['oxlint', '--type-aware', '--deny-warnings', '--format=unix'],
    remedy: 'some of it is mended by: npx oxlint --fix',
  },
  { name: 'format', command: ['prettier', '--check', '--log-level=warn', '.'], remedy: 'run: npx prettier --write .' },
  { name: 'unused code', command: ['knip', '--no-progress'] },
  {
    name: 'what the packages declare',
    command: ['node', 'scripts/packages/api.ts', '--check'],
    remedy: 'if that is meant, run: npm run api',
  },
  {
    name: 'reference',
    command: ['node', 'scripts/reference/reference.ts', '--check'],
    remedy: 'run: npm run reference',
  },
  { name: 'bill of materials', command: ['node', 'scripts/sbom.mjs', '--check'], remedy: 'run: npm run sbom' },
];

const results = await Promise.all([
  ...checks.map(runCheck),
  Promise.resolve({ name: 'house rules', findings: houseRuleFindings(ROOT).join('\n') }),
]);
for (const { name, findings, remedy } of results) {
  process.stdout.write(
    findings === '' ? `${name}: in order\n` : `${name}:\n${findings}\n${remedy ? `(${remedy})\n` : ''}`,
  );
}
process.exitCode = results.every(({ findings }) => findings === '') ? 0 : 1;

/** What a program says is of interest only if it fails. */
function runCheck({ name, command: [program, ...args], remedy }) {
  return new Promise((resolve) => {
    const child = spawn(join(ROOT, 'node_modules', '.bin', program), args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => resolve({ name, findings: error.message, remedy }));
    child.once('close', (status) => {
      resolve({ name, findings: status === 0 ? '' : output.trim() || `exit status ${status}`, remedy });
    });
  });
}
