import { stripVTControlCharacters } from 'node:util';
import pico from 'picocolors';
import { describe, expect, it } from '@jest/globals';
import { Output } from '../../../src/cli/output.ts';
import { liveTable, printChanges, showOn } from '../../../src/dev/demo/show.ts';
import type { OrderLife } from '../../../src/dev/demo/ticker.ts';
import type { StoredEvent } from '../../../src/ports/trade-store.ts';

const START_MS = Date.parse('2026-11-23T12:00:00.000Z');
const PLAIN = pico.createColors(false);

function event(afterMs: number, fields: Partial<StoredEvent>): StoredEvent {
  return {
    at: new Date(START_MS + afterMs).toISOString(),
    fromStatus: 'placing',
    toStatus: 'placing',
    state: 'placed',
    cause: 'intent',
    source: 'bot',
    requestedBy: null,
    sentBy: null,
    reason: null,
    evidence: null,
    factKey: null,
    ...fields,
  };
}

const CREATED_AT = new Date(START_MS).toISOString();
const INTENT = event(100, { fromStatus: null });
const FILLED: OrderLife = {
  id: '01',
  story: 'fills at once',
  createdAt: CREATED_AT,
  events: [INTENT, event(900, { toStatus: 'completed', cause: 'observed' })],
};
const RESTING: OrderLife = {
  id: '02',
  story: 'rests',
  createdAt: CREATED_AT,
  events: [INTENT, event(700, { toStatus: 'pending', cause: 'cancel_requested', requestedBy: 'bot7' })],
};
const UNKNOWN: OrderLife = { id: '03', story: 'comes late', createdAt: null, events: [] };
const LIVES = [FILLED, RESTING, UNKNOWN];

function tableOf(room: number, paint = PLAIN): string {
  return liveTable(LIVES, { startedMs: START_MS, nowMs: START_MS + 2_000, paint, room });
}

/** What is written to a stream that is a terminal or is none. */
function shownOn(isTTY: boolean, environment: Record<string, string> = {}): string {
  let written = '';
  const sink = { isTTY, rows: 24, write: (text: string) => (written += text) };
  showOn(new Output({ out: sink, err: sink, environment }))(LIVES, START_MS + 2_000);
  return written;
}

describe('the live table', () => {
  it('has a line for each order: how it stands, for how long the bot is or was blocked, and the last step', () => {
    expect(tableOf(20).split('\n')).toEqual([
      '2.0 s: 1 of 3 orders have ended',
      '    STATUS     BLOCKED  WHAT HAPPENS   LAST STEP',
      '01  completed  0.9 s    fills at once  observed',
      '02  pending    2.0 s    rests          cancel_requested by bot7',
      '03  -                   comes late',
    ]);
  });

  it('shows the latest changes if the terminal is too small', () => {
    const ids = (room: number) => [...tableOf(room).matchAll(/^(\d\d) {2}/gm)].map(([, id]) => id);
    expect(ids(2)).toEqual(['01', '02']);
    expect(ids(1)).toEqual(['01']);
    expect(ids(-3)).toEqual(['01']);
  });

  it('is coloured by status, and reads the same', () => {
    const painted = tableOf(20, pico.createColors(true));
    expect(painted).toContain(pico.createColors(true).green('completed'));
    expect(stripVTControlCharacters(painted)).toBe(tableOf(20));
  });
});

describe('the lines', () => {
  it('show each change once, in the order of the commits', () => {
    const lines: string[] = [];
    const show = printChanges(START_MS, (line) => lines.push(line));

    show([{ ...FILLED, events: [INTENT] }, RESTING], 0);
    show(LIVES, 0);

    expect(lines.map((line) => line.replace(/ +/g, ' ').trim())).toEqual([
      '0.1 s 01 new → placing intent fills at once',
      '0.1 s 02 new → placing intent rests',
      '0.7 s 02 placing → pending cancel_requested by bot7 rests',
      '0.9 s 01 placing → completed observed fills at once',
    ]);
  });
});

describe('the demonstration', () => {
  it('redraws the table on a terminal, in colours unless NO_COLOR is set', () => {
    expect(shownOn(true)).toMatch(/^\u001b\[\?7l\u001b\[H/);
    expect(shownOn(true)).toContain('\u001b[32mcompleted');
    const plain = shownOn(true, { NO_COLOR: '1' });
    expect(plain).toMatch(/^\u001b\[\?7l\u001b\[H/);
    expect(plain).not.toContain('\u001b[32m');
  });

  it('prints lines without any control character elsewhere', () => {
    expect(shownOn(false)).toContain(' completed ');
    expect(shownOn(false)).not.toContain('\u001b');
  });
});
