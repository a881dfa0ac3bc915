// `npm test`: all tests, or those that its arguments choose as Jest's do (`npm test -- test/order`). The last line is always `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'order-sync-counts-'));
const countsFile = join(folder, 'counts.json');

const jest = spawn(
  process.execPath,
  [
    // The API for ES modules in Jest's sandbox is experimental in Node, which says so once per process.
    '--disable-warning=ExperimentalWarning',
    '--experimental-vm-modules',
    join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'),
    ...process.argv.slice(2),
  ],
  {
    cwd: ROOT,
    stdio: 'inherit',
    env: {
      // For the many processes that load the engine: each saves half a second of a processor.
      NODE_COMPILE_CACHE: join(ROOT, '.order-sync', 'compile-cache'),
      ...process.env,
      ORDER_SYNC_TEST_COUNTS: countsFile,
    },
  },
);
// Ctrl-C reaches Jest too; what is left to do here is to wait for it and to count.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => jest.kill(signal));
jest.once('close', (status) => {
  const { passed, failed } = readCounts();
  rmSync(folder, { recursive: true });
  if (passed + failed === 0) process.stderr.write('No test ran to its end.\n');
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : (status ?? 1);
});

/** None is there when Jest ended before its tests did. */
function readCounts() {
  try {
    return JSON.parse(readFileSync(countsFile, 'utf8'));
  } catch {
    return { passed: 0, failed: 0 };
  }
}
