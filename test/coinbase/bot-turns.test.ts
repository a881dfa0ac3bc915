import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BotTurns } from '../../src/coinbase/budget/bot-turns.ts';

function all(turns: BotTurns<string>): string[] {
  return Array.from({ length: turns.size }, () => turns.next() ?? 'nobody');
}

describe('bots that take turns', () => {
  it('are served one after another, each in its own order', () => {
    const turns = new BotTurns<string>();
    for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) turns.add(item.slice(0, 1), item);
    expect(all(turns)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    expect(turns.next()).toBeUndefined();
  });

  it('lose only the turn of a request that is taken back', () => {
    const turns = new BotTurns<string>();
    for (const item of ['a1', 'b1', 'a2', 'c1']) turns.add(item.slice(0, 1), item);
    turns.remove('b1');
    turns.remove('a1');
    turns.remove('nobody');
    expect(all(turns)).toEqual(['a2', 'c1']);
  });

  it('wait for at most one request of each other bot, however many those have', () => {
    const arrivals = fc.array(fc.record({ bot: fc.constantFrom('a', 'b', 'c', 'd'), served: fc.nat(3) }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(arrivals, (steps) => {
        const turns = new BotTurns<string>();
        const waiting = new Map<string, { left: number; passedBy: Set<string> }>();
        const serve = (): void => {
          const bot = turns.next();
          if (bot === undefined) return;
          const served = bot.slice(0, 1);
          for (const [other, { passedBy }] of waiting) {
            if (other === served) continue;
            expect(passedBy.has(served)).toBe(false);
            passedBy.add(served);
          }
          const own = waiting.get(served);
          if (own === undefined) throw new Error(`${served} did not wait`);
          own.left -= 1;
          own.passedBy.clear();
          if (own.left === 0) waiting.delete(served);
        };
        steps.forEach(({ bot, served }, index) => {
          turns.add(bot, `${bot}${index}`);
          const own = waiting.get(bot) ?? { left: 0, passedBy: new Set<string>() };
          own.left += 1;
          waiting.set(bot, own);
          for (let one = 0; one < served; one += 1) serve();
        });
        while (turns.size > 0) serve();
        expect(waiting.size).toBe(0);
      }),
    );
  });
});
