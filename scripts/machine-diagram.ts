/** Draws the machine of an order, as Mermaid state diagrams, into docs/machine.md: `npm run diagram`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { createOrderMachine } from '../src/domain/order/machine.ts';

export const DOCUMENT = join(import.meta.dirname, '..', 'docs', 'machine.md');
const BEGIN = '<!-- generated from src/domain/order/machine.ts by `npm run diagram`: do not edit -->';
const END = '<!-- end of what is generated -->';

interface Arrow {
  from: AnyStateNode;
  to: AnyStateNode;
  trigger: string;
  guard: string;
  /** How many transitions this trigger has in its state, this one included. */
  alternatives: number;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(DOCUMENT, withDiagrams(readFileSync(DOCUMENT, 'utf8'), machineDiagrams()));
}

/** The document with the part between its markers replaced. */
export function withDiagrams(document: string, diagrams: string): string {
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`${DOCUMENT} must have the lines ${BEGIN} and ${END}`);
  return `${before}${BEGIN}\n\n${diagrams}\n\n${END}${after}`;
}

/** One diagram for each region of the machine, under its name. */
export function machineDiagrams(): string {
  const { root } = createOrderMachine(() => '');
  return childrenOf(root)
    .map((region) => {
      const fromAnywhere = transitionsOf(region).map((one) => `From anywhere in it: ${inWords(one)}.\n\n`);
      return `### ${region.key}\n\n${fromAnywhere.join('')}\`\`\`mermaid\nstateDiagram-v2\n${bodyOf(region)}\n\`\`\``;
    })
    .join('\n\n');
}

/** The states of a composite, and the arrows among them. */
function bodyOf(parent: AnyStateNode): string {
  const states = childrenOf(parent);
  const arrows = states
    .flatMap((state) => [...leaving(state), ...within(state)])
    .filter(({ to }) => isInside(to, parent))
    .map((arrow) => ({ ...arrow, from: lifted(arrow.from, parent), to: lifted(arrow.to, parent) }));
  const groups = Map.groupBy(arrows, ({ from, to }) => `${idOf(from)} --> ${idOf(to)}`);
  const lines = [
    `[*] --> ${parent.initial.target.map(idOf).join()}`,
    ...states.map(drawn),
    ...[...groups].map(([arrow, group]) => `${arrow} : ${labelOf(group)}`),
  ];
  return lines.join('\n').replaceAll(/^/gm, '  ');
}

function drawn(state: AnyStateNode): string {
  if (isChoice(state)) return `state ${idOf(state)} <<choice>>`;
  const actors = state.invoke.map((actor) => actor.id);
  const title = [state.key, ...actors.map((actor) => `(${actor})`)].join(' ');
  const head = `state "${title}" as ${idOf(state)}`;
  return childrenOf(state).length === 0 ? head : `${head} {\n${bodyOf(state)}\n}`;
}

/** The arrows that start at a state, or in one inside it, and end outside. A composite's arrow to itself ends inside. */
function leaving(state: AnyStateNode): Arrow[] {
  const isComposite = childrenOf(state).length > 0;
  const arrows = [...arrowsOf(state), ...childrenOf(state).flatMap(leaving)];
  return arrows.filter(({ to }) => !isInside(to, state) && !(isComposite && to === state));
}

/** A composite's arrows to itself or to a state inside it start where it may rest: Mermaid can't draw them from the composite. */
function within(child: AnyStateNode): Arrow[] {
  const { parent } = child;
  if (parent?.parent?.parent === undefined || isChoice(child)) return [];
  const [first = parent] = parent.initial.target;
  return arrowsOf(parent)
    .filter(({ to }) => to === parent || isInside(to, parent))
    .map((arrow) => ({ ...arrow, from: child, to: arrow.to === parent ? first : arrow.to }));
}

/** The child of the parent that is the state or has it inside. */
function lifted(state: AnyStateNode, parent: AnyStateNode): AnyStateNode {
  return childrenOf(parent).find((child) => child === state || isInside(state, child)) ?? state;
}

function arrowsOf(state: AnyStateNode): Arrow[] {
  return transitionsOf(state).flatMap((one) => (one.target ?? []).map((to) => ({ from: state, to, ...wordsOf(one) })));
}

function transitionsOf(state: AnyStateNode): AnyTransitionDefinition[] {
  const all = [...[...state.transitions.values()].flat(), ...(state.always ?? [])] as AnyTransitionDefinition[];
  return all.filter((one) => one.target !== undefined);
}

/** By what a transition is triggered, and which of several with the same trigger it is. */
function wordsOf({ eventType, guard, source }: AnyTransitionDefinition): Omit<Arrow, 'from' | 'to'> {
  const [, kind, what = ''] = /^xstate\.(after|done\.actor)\.([^.]+)/.exec(eventType) ?? [];
  const alternatives = (eventType === '' ? source.always : source.transitions.get(eventType))?.length ?? 1;
  return {
    trigger: kind === undefined ? eventType : kind === 'after' ? `after ${spaced(what)}` : `${what} answers`,
    guard: guard === undefined ? 'else' : guardWords(guard),
    alternatives,
  };
}

function guardWords(guard: AnyTransitionDefinition['guard']): string {
  const { type, params } =
    typeof guard === 'string' ? { type: guard, params: '' } : (guard as { type: string; params?: string });
  if (type === undefined) throw new Error('a guard needs a name to be drawn');
  return `${spaced(type).replace(/^(is|has) /, '')} ${params ?? ''}`.trim();
}

function inWords(transition: AnyTransitionDefinition): string {
  const { trigger, guard } = wordsOf(transition);
  return `${trigger} [${guard}] to ${(transition.target ?? []).map((target) => target.key).join()}`;
}

/** `TRIGGER [guard, guard]`, a line for each trigger; without guards where all of the trigger's transitions are one arrow. */
function labelOf(arrows: Arrow[]): string {
  const lines = [...Map.groupBy(arrows, ({ trigger }) => trigger)].map(([trigger, group]) => {
    const isWhole = group.some(({ guard, alternatives }) => guard === 'else' && alternatives === group.length);
    return isWhole ? trigger : `${trigger} [${group.map(({ guard }) => guard).join(', ')}]`.trim();
  });
  return lines.join('<br/>');
}

/** A state that is left at once. */
function isChoice(state: AnyStateNode): boolean {
  return state.always?.some(({ guard }) => guard !== undefined) === true && state.transitions.size === 0;
}

function isInside(state: AnyStateNode, ancestor: AnyStateNode): boolean {
  return state.parent === ancestor || (state.parent !== undefined && isInside(state.parent, ancestor));
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
