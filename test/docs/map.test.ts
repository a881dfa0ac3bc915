import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../src/engine/settings/settings.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const DOCS = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...DOCS.map((name) => `docs/${name}`)];

function textOf(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

/** Where a page's relative links lead, without the part behind `#`. */
function linksOf(page: string): string[] {
  const targets = [...textOf(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target)).map((target) => join(dirname(page), target));
}

describe('the documents', () => {
  it('are all on the map', () => {
    const onTheMap = new Set([...linksOf('docs/README.md'), 'docs/README.md']);
    expect(PAGES.filter((page) => !onTheMap.has(page))).toEqual([]);
  });

  it('link only to what exists', () => {
    const broken = PAGES.flatMap((page) => linksOf(page).map((target) => ({ page, target })));
    expect(broken.filter(({ target }) => !existsSync(join(ROOT, target)))).toEqual([]);
  });

  it('name every setting that is read, and no other', () => {
    const read = new Set<string>();
    const unset = new Proxy({}, { get: (_target, name) => void read.add(String(name)) });
    readSettings(unset);
    const ofFiles = (name: string): boolean => name.endsWith('_FILE') && read.has(name.slice(0, -'_FILE'.length));
    const own = [...read].filter((name) => !ofFiles(name) && !name.startsWith('TEMPORAL_'));

    const [, section = ''] = /\n## Settings\n(.*?)\n## /s.exec(textOf('docs/operations.md')) ?? [];
    const rows = section.split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name));
    expect(new Set(named.filter((name) => name !== 'TEMPORAL_ADDRESS'))).toEqual(new Set(own));
  });
});
