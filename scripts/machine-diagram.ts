/** Draws how an order's row and machine move, as Mermaid state diagrams, into docs/machine.md: `npm run diagram`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { createOrderMachine } from '../src/domain/order/machine.ts';
import { rowDiagram } from './row-diagram.ts';

export const DOCUMENT = join(import.meta.dirname, '..', 'docs', 'machine.md');
const BEGIN = '<!-- generated from src/domain/order by `npm run diagram`: do not edit -->';
const END = '<!-- end of what is generated -->';

if (process.argv[1] === import.meta.filename) {
  writeFileSync(DOCUMENT, withDiagrams(readFileSync(DOCUMENT, 'utf8'), diagrams()));
}

/** The document with the part between its markers replaced. */
export function withDiagrams(document: string, drawings: string): string {
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`${DOCUMENT} must have the lines ${BEGIN} and ${END}`);
  return `${before}${BEGIN}\n\n${drawings}\n\n${END}${after}`;
}

export function diagrams(): string {
  return [`### the row\n\n${framed(rowDiagram())}`, ...regionDiagrams()].join('\n\n');
}

/** One diagram for each region of the machine, under its name. */
function regionDiagrams(): string[] {
  const { root } = createOrderMachine(() => 0);
  return childrenOf(root).map((region) => {
    const moves = transitionsOf(region);
    const targets = moves.flatMap(({ target = [] }) => target.map(({ key }) => key));
    const events = [...new Set(moves.map(wordsOf))].map((words) => words.replace(/ \[moves to .*\]/, ''));
    const fromAnywhere = `From anywhere in it: ${[...new Set(events)].join()} to ${targets.join(', ')}.\n\n`;
    return `### ${region.key}\n\n${moves.length === 0 ? '' : fromAnywhere}${framed(bodyOf(region))}`;
  });
}

function framed(body: string): string {
  return `\`\`\`mermaid\nstateDiagram-v2\n${body}\n\`\`\``;
}

/** The states of a composite, and the arrows among them. */
function bodyOf(parent: AnyStateNode): string {
  const states = childrenOf(parent);
  const lines = [
    `[*] --> ${parent.initial.target.map(idOf).join()}`,
    ...states.map(drawn),
    ...states.flatMap((state) => transitionsOf(state).flatMap((one) => arrowsOf(state, one))),
  ];
  return lines.join('\n').replaceAll(/^/gm, '  ');
}

function drawn(state: AnyStateNode): string {
  if ((state.always?.length ?? 0) > 1) return `state ${idOf(state)} <<choice>>`;
  const actors = state.invoke.map((actor) => actor.id);
  const title = [state.key, ...actors.map((actor) => `(${actor})`)].join(' ');
  const head = `state "${title}" as ${idOf(state)}`;
  return childrenOf(state).length === 0 ? head : `${head} {\n${bodyOf(state)}\n}`;
}

function arrowsOf(from: AnyStateNode, transition: AnyTransitionDefinition): string[] {
  return (transition.target ?? []).map((to) => `${idOf(from)} --> ${idOf(to)} : ${wordsOf(transition)}`);
}

/** Those that lead to a state: an event that is only taken note of leads to none. */
function transitionsOf(state: AnyStateNode): AnyTransitionDefinition[] {
  const all = [...[...state.transitions.values()].flat(), ...(state.always ?? [])] as AnyTransitionDefinition[];
  return all.filter((one) => one.target !== undefined);
}

/** `TRIGGER [guard]`. */
function wordsOf({ eventType, guard }: AnyTransitionDefinition): string {
  const [, kind, what = ''] = /^xstate\.(after|done\.actor)\.([^.]+)/.exec(eventType) ?? [];
  const trigger = kind === undefined ? eventType : kind === 'after' ? `after ${spaced(what)}` : `${what} answers`;
  return guard === undefined ? trigger : `${trigger} [${guardWords(guard)}]`.trim();
}

function guardWords(guard: AnyTransitionDefinition['guard']): string {
  const { type, params } =
    typeof guard === 'string' ? { type: guard, params: '' } : (guard as { type: string; params?: string });
  if (type === undefined) throw new Error('a guard needs a name to be drawn');
  return `${spaced(type).replace(/^is /, '')} ${params ?? ''}`.trim();
}

function childrenOf(state: AnyStateNode): AnyStateNode[] {
  return Object.values(state.states);
}

function idOf(state: AnyStateNode): string {
  return state.path.slice(1).join('_').replaceAll('-', '_');
}

/** `monitoringWindow` as `monitoring window`. */
function spaced(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
