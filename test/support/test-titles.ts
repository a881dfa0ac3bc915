/** Which tests a file has, without running it. */
import { readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';

/** What `it.each` fills in: `%s` with a text of the file, the others with anything. */
const FILLED_IN = /(%[sdifjop#p]|\$[\w.]+)/;

/** True where the file has a test of this title, as it is reported: with everything filled in. */
export function hasTest(path: string, title: string): boolean {
  const source = readFileSync(path, 'utf8');
  return titlesIn(source).some((pattern) => {
    const texts = pattern.exec(title)?.slice(1);
    return texts !== undefined && texts.every((text) => source.includes(text));
  });
}

/** Patterns, of which the groups are what must stand somewhere in the file. */
function titlesIn(source: string): RegExp[] {
  const titles: RegExp[] = [];
  visit(parseSync(source, { syntax: 'typescript' }), (node) => {
    if (node['type'] !== 'CallExpression' || !isOfIt(node['callee'])) return;
    const [first] = node['arguments'] as { expression: Node }[];
    const pattern = first === undefined ? null : patternOf(first.expression);
    if (pattern !== null) titles.push(new RegExp(`^${pattern}$`, 's'));
  });
  return titles;
}

type Node = Record<string, unknown>;

function visit(value: unknown, see: (node: Node) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) see(value as Node);
  for (const inner of Object.values(value)) visit(inner, see);
}

/** `it`, `it.each(…)`, `it.concurrent`, and so on. */
function isOfIt(callee: unknown): boolean {
  const { type, value, object, callee: inner } = callee as Node;
  if (type === 'Identifier') return value === 'it';
  return type === 'MemberExpression' ? isOfIt(object) : type === 'CallExpression' && isOfIt(inner);
}

function patternOf(title: Node): string | null {
  if (title['type'] === 'TemplateLiteral') {
    return (title['quasis'] as Node[]).map(({ cooked }) => escaped(String(cooked))).join('.*');
  }
  if (title['type'] !== 'StringLiteral') return null;
  const pieces = String(title['value']).split(FILLED_IN);
  return pieces.map((piece, index) => (index % 2 === 0 ? escaped(piece) : piece === '%s' ? '(.*)' : '.*')).join('');
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
