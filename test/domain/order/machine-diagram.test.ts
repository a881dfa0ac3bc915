import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { AnyStateNode } from 'xstate';
import { DOCUMENT, machineDiagrams, withDiagrams } from '../../../scripts/machine-diagram.ts';
import { createOrderMachine } from '../../../src/domain/order/machine.ts';

function inside(state: AnyStateNode): AnyStateNode[] {
  return Object.values(state.states).flatMap((child: AnyStateNode) => [child, ...inside(child)]);
}

describe('the diagram of the machine', () => {
  it('is up to date in docs/machine.md; if not, run `npm run diagram`', () => {
    const document = readFileSync(DOCUMENT, 'utf8');
    expect(withDiagrams(document, machineDiagrams())).toBe(document);
  });

  it('shows every state, and every actor where it works', () => {
    const diagrams = machineDiagrams();
    const all = inside(createOrderMachine(() => '').root);
    expect(all.length).toBeGreaterThan(15);
    for (const { key, invoke } of all) {
      expect(diagrams).toContain(key);
      for (const { id } of invoke) expect(diagrams).toContain(`${key} (${id})`);
    }
  });

  it('draws one arrow between two states, with all that leads along it', () => {
    const diagrams = machineDiagrams();
    expect(diagrams).toContain(
      '  placed --> immediate_check : OBSERVED [else]<br/>place answers [accepted and checked, accepted]\n',
    );
    expect(diagrams).toContain(
      '  monitoring --> stale : after monitoring window [immediate]<br/>watch answers [unconfirmed]\n',
    );
    for (const region of diagrams.split('###')) {
      const arrows = region.match(/\w+ --> \w+/g) ?? [];
      expect(arrows).toEqual([...new Set(arrows)]);
    }
  });

  it('refuses a document without the markers', () => {
    expect(() => withDiagrams('# No place for it', machineDiagrams())).toThrow('must have the lines');
  });
});
