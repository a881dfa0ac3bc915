/** Which tests a file has, without running it. */
import { readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';

/** What `it.each` and a template fill in. */
const FILLED_IN = /%[sdifjop#p]|\$[\w.]+/;

/** True where the file has a test of this title, as it is reported: with everything filled in. */
export function hasTest(path: string, title: string): boolean {
  return titlesOf(path).some((pieces) => new RegExp(`^${pieces.map(escaped).join('.*')}$`, 's').test(title));
}

/** Of each test, the pieces of its title between which something is filled in. */
function titlesOf(path: string): string[][] {
  const titles: string[][] = [];
  visit(parseSync(readFileSync(path, 'utf8'), { syntax: 'typescript' }), (node) => {
    if (node['type'] !== 'CallExpression' || !isOfIt(node['callee'])) return;
    const [first] = node['arguments'] as { expression: Node }[];
    const pieces = first === undefined ? null : piecesOf(first.expression);
    if (pieces !== null) titles.push(pieces);
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

function piecesOf(title: Node): string[] | null {
  if (title['type'] === 'StringLiteral') return String(title['value']).split(FILLED_IN);
  if (title['type'] !== 'TemplateLiteral') return null;
  return (title['quasis'] as Node[]).map((quasi) => String(quasi['cooked']));
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
