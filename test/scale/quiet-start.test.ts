/** `npm start` as a person at a terminal sees it: its table, and nothing else for as long as nothing happens. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { freePort } from '../../src/local/free-port.ts';
import { plain } from '../../src/process/plain.ts';
import { eventually } from '../support/waiting.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** Reconciliation, the archive and the log's first head come within it. */
const QUIET_FOR_MS = 75_000;

it('prints nothing for more than a minute after its table, and three lines when it is stopped', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'order-sync-start-'));
  // PostgreSQL runs as another user where this one is root.
  chmodSync(folder, 0o755);
  const command = `${process.execPath} ${join(ROOT, 'src', 'main.ts')} start`;
  const env = { ...process.env, NO_COLOR: '1', ORDER_SYNC_HTTP_PORT: String(await freePort()) };
  // A terminal of its own, where errors and output come together.
  const terminal = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], { cwd: folder, env });
  let shown = '';
  terminal.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  const ended = new Promise((resolve) => terminal.once('exit', resolve));
  try {
    await eventually(() => shown.includes('Ctrl-C stops everything'), { withinMs: 240_000, what: 'the table' });
    await eventually(() => shown.endsWith('\n'), { withinMs: 5_000, what: 'the end of the line' });
    const table = shown;
    expect(table).not.toMatch(/WARN|ERROR|\{"/);

    await sleep(QUIET_FOR_MS);

    expect(plain(shown.slice(table.length))).toBe('');
    terminal.stdin.write('\u0003');
    await ended;
    expect(shown.slice(table.length)).toMatch(/Stopping\r?\n(.*\n)*Stopped; the next start continues/);
  } finally {
    terminal.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}, 400_000);
