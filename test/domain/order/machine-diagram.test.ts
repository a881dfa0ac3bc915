import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { AnyStateNode } from 'xstate';
import { diagrams, DOCUMENT, withDiagrams } from '../../../scripts/machine-diagram.ts';
import { createOrderMachine } from '../../../src/domain/order/machine.ts';

function inside(state: AnyStateNode): AnyStateNode[] {
  return Object.values(state.states).flatMap((child: AnyStateNode) => [child, ...inside(child)]);
}

describe('the diagrams of an order', () => {
  it('are up to date in docs/machine.md; if not, run `npm run diagram`', () => {
    const document = readFileSync(DOCUMENT, 'utf8');
    expect(withDiagrams(document, diagrams())).toBe(document);
  });

  it('show every state of the machine, and every actor where it works', () => {
    const drawings = diagrams();
    const all = inside(createOrderMachine(() => 0).root);
    expect(all.length).toBeGreaterThan(10);
    for (const { key, invoke } of all) {
      expect(drawings).toContain(key);
      for (const { id } of invoke) expect(drawings).toContain(`${key} (${id})`);
    }
  });

  it('show every way of the row from state to state, with its causes', () => {
    const drawings = diagrams();
    expect(drawings).toContain('  placed --> immediate_check : accepted, observed\n');
    expect(drawings).toContain('  monitoring --> stale : window_closed, unconfirmed\n');
    expect(drawings).toContain('  closed --> monitoring : corrected, reclaimed\n');
    expect(drawings).not.toContain('  completed --> ');
  });

  it('have at most one arrow between two states', () => {
    for (const drawing of diagrams().split('###')) {
      const arrows = drawing.match(/\w+ --> \w+/g) ?? [];
      expect(arrows).toEqual([...new Set(arrows)]);
    }
  });

  it('are refused by a document without the markers', () => {
    expect(() => withDiagrams('# No place for it', diagrams())).toThrow('must have the lines');
  });
});
