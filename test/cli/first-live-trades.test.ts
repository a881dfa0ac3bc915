import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandLine } from './command-line.ts';
import { eventually } from '../support/waiting.ts';
import { startWorkerFixture, type WorkerFixture } from '../support/worker-fixture.ts';

const SETTINGS_IN = /^([A-Z_]+)=/gm;

interface Ran {
  command: string;
  status: number;
  output: string;
}

let page: string;
let fixture: WorkerFixture;
/** Where the worker's HTTP interface listens. */
let http: string;
beforeAll(async () => {
  page = await readFile('docs/first-live-trades.md', 'utf8');
  fixture = await startWorkerFixture();
  const address = await eventually(() => /"http":"(http:[^"]+)"/.exec(fixture.worker.log())?.[1], {
    withinMs: 5_000,
    what: 'the address in the log',
  });
  http = address;
});
afterAll(() => fixture?.stop());

function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);
}

function commands(): string[] {
  return blocks('sh').flatMap((block) => block.trim().split('\n'));
}

async function run(command: string): Promise<Ran> {
  const [npx, program, ...argv] = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, word]) => quoted ?? word ?? '',
  );
  if (npx !== 'npx' || program !== 'order-sync') return runInShell(command);
  const { status, out, err } = await commandLine({ environment: { USER: 'carol', ...fixture.settings } })(...argv);
  return { command, status, output: out + err };
}

function runInShell(command: string): Promise<Ran> {
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', command.replace('http://127.0.0.1:8080', http)], (error, stdout, stderr) => {
      resolve({ command, status: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
    });
  });
}

describe('docs/first-live-trades.md', () => {
  it('has commands that all succeed, one after the other, and say what the page says', async () => {
    const [first, ...rest] = commands();
    // The worker is there already.
    expect(first).toBe('npm run worker');
    const ran: Ran[] = [];
    for (const command of rest) ran.push(await run(command));

    expect(ran.filter(({ status }) => status !== 0)).toEqual([]);
    const output = (part: string): string => ran.find(({ command }) => command.includes(part))?.output ?? '';
    expect(output('doctor')).not.toMatch(/^(warn|fail)/m);
    expect(output('canary')).toMatch(/\nok +cancelled .* nothing filled\n/);
    expect(output('place')).toMatch(/Order first-live-1 is completed, filled/);
    expect(output('can-trade')).toBe('Bot first is free on BTC-USD.\n');
    expect(output('readyz')).toContain('"ready"');
    expect(output('issues')).toBe('No issues.\n');
    expect(output('halt')).toContain('flat: every order that it covers has ended');
    expect(output('resume')).toBe('Nothing is halted.\n');
    expect(await fixture.worker.terminate()).toBe(0);
    expect(fixture.simulator.ledger.postCount('first-live-1')).toBe(1);
  });

  it('names settings that operations.md explains', async () => {
    const operations = await readFile('docs/operations.md', 'utf8');
    const names = blocks('ini').flatMap((block) => [...block.matchAll(SETTINGS_IN)].map(([, name = '']) => name));
    expect(names).toContain('ORDER_SYNC_LIVE');
    expect(names.filter((name) => !operations.includes(`\`${name}\``))).toEqual([]);
  });
});
