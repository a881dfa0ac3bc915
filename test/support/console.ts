/** The `console` blocks of a document: Temporal's commands and what they print, run as they stand there. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { delimiter, dirname } from 'node:path';
import { promisify } from 'node:util';
import { expect } from '@jest/globals';
import { ensureTemporalCli } from '../../src/local/temporal-cli.ts';

export interface Shown {
  command: string;
  prints: string[];
}

export interface DocumentedConsole {
  /** In the order of the document. */
  shown: readonly Shown[];
  /** Runs the command, and compares what it prints with what is shown. */
  check(shown: Shown, environment?: Readonly<Record<string, string>>): Promise<void>;
  /** The one whose command has these words. */
  commandWith(words: string): Shown;
}

/** Of the section with this heading; `environment` is that of the commands, beside the path to Temporal's CLI. */
export async function documentedConsole(
  document: string,
  heading: string,
  environment: Readonly<Record<string, string>>,
): Promise<DocumentedConsole> {
  const cli = await ensureTemporalCli(() => undefined);
  const { PATH = '', HOME = '' } = process.env;
  const always = { HOME, PATH: `${dirname(cli)}${delimiter}${PATH}`, ...environment };
  const shown = shownIn(await sectionOf(document, heading));
  return {
    shown,
    async check({ command, prints }, more = {}) {
      const { stdout } = await promisify(execFile)('sh', ['-c', command], {
        env: { ...always, ...more },
        timeout: 60_000,
      });
      expect(linesOf(stdout)).toMatch(patternOf(prints));
    },
    commandWith(words) {
      const found = shown.find(({ command }) => command.includes(words));
      if (found === undefined) throw new Error(`${document} shows no command with "${words}" under "${heading}"`);
      return found;
    },
  };
}

async function sectionOf(document: string, heading: string): Promise<string> {
  const text = await readFile(new URL(`../../docs/${document}`, import.meta.url), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`docs/${document} has no section "${heading}"`);
  return section;
}

function shownIn(section: string): Shown[] {
  const blocks = [...section.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block]) => block ?? '');
  return blocks
    .join('')
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...prints] = part.trimEnd().split('\n');
      return { command, prints };
    });
}

/** A line that is `…` stands for any lines, and `…` within a line for any text. The width of columns does not count. */
function patternOf(prints: readonly string[]): RegExp {
  const lines = prints.map((line) => {
    if (line === '…') return '(?:.*\\n)*?';
    return `${packed(line)
      .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('…', '.*')}\\n`;
  });
  return new RegExp(`^${lines.join('')}$`);
}

function packed(text: string): string {
  return text.replaceAll(/ +/g, ' ').trim();
}

function linesOf(printed: string): string {
  const lines = printed.split('\n').map(packed);
  return lines
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('');
}
