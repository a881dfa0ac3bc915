/** How the demonstration's orders are shown: a table that is redrawn on a terminal, one line for each change elsewhere. */
import { paintStatus } from '../../cli/order-view.ts';
import type { Output, Paint } from '../../cli/output.ts';
import { table } from '../../cli/text-table.ts';
import { isEnded } from '../../domain/order/trade.ts';
import type { StoredEvent } from '../../ports/trade-store.ts';
import type { OrderLife, Show } from './ticker.ts';

/** The title, the table's header and the cursor's own line. */
const OTHER_LINES = 3;

export function showOn(output: Output): Show {
  const startedMs = Date.now();
  if (!output.isTerminal) return printChanges(startedMs, (line) => output.record(line, () => line));
  const { paint } = output;
  return (lives, nowMs) => output.frame(liveTable(lives, { startedMs, nowMs, paint, room: output.rows - OTHER_LINES }));
}

export interface TableOptions {
  startedMs: number;
  nowMs: number;
  paint: Paint;
  /** For how many orders there are lines; where it is too small, those that changed last are shown. */
  room: number;
}

export function liveTable(lives: readonly OrderLife[], { startedMs, nowMs, paint, room }: TableOptions): string {
  const ended = lives.filter((life) => releaseOf(life) !== undefined).length;
  const title = `${seconds(nowMs - startedMs)}: ${ended} of ${lives.length} orders have ended`;
  const lastChanged = lives.toSorted((a, b) => lastMsOf(b) - lastMsOf(a)).slice(0, Math.max(room, 1));
  const rows = lives
    .filter((life) => lastChanged.includes(life))
    .map((life) => {
      const last = life.events.at(-1);
      const status = last === undefined ? '-' : paintStatus(last.toStatus, paint);
      return [life.id, status, blockedFor(life, nowMs), life.story, last === undefined ? '' : stepOf(last)];
    });
  return `${title}\n${table(['', 'STATUS', 'BLOCKED', 'WHAT HAPPENS', 'LAST STEP'], rows)}`;
}

/** Prints each committed change once, as one line, in the order in which they were committed. */
export function printChanges(startedMs: number, print: (line: string) => void): Show {
  const printed = new Map<string, number>();
  return (lives) => {
    const changes = lives.flatMap(({ id, story, events }) =>
      events.slice(printed.get(id) ?? 0).map((event) => {
        const atMs = Date.parse(event.at) - startedMs;
        return { atMs, line: `${seconds(atMs).padStart(7)}  ${id}  ${describe(event)} ${story}` };
      }),
    );
    for (const { id, events } of lives) printed.set(id, events.length);
    changes.sort((a, b) => a.atMs - b.atMs).forEach(({ line }) => print(line));
  };
}

function describe(event: StoredEvent): string {
  const { fromStatus, toStatus } = event;
  const change = fromStatus === toStatus ? toStatus : `${fromStatus ?? 'new'} → ${toStatus}`;
  return `${change.padEnd(22)} ${stepOf(event).padEnd(26)}`;
}

function stepOf({ cause, requestedBy }: StoredEvent): string {
  return requestedBy === null ? cause : `${cause} by ${requestedBy}`;
}

/** From the bot's request to the release, or to now. */
function blockedFor(life: OrderLife, nowMs: number): string {
  if (life.createdAt === null) return '';
  const release = releaseOf(life);
  return seconds((release === undefined ? nowMs : Date.parse(release.at)) - Date.parse(life.createdAt));
}

function releaseOf({ events }: OrderLife): StoredEvent | undefined {
  return events.find(({ toStatus }) => isEnded(toStatus));
}

function lastMsOf({ events }: OrderLife): number {
  return Date.parse(events.at(-1)?.at ?? '') || 0;
}

function seconds(ms: number): string {
  return `${(Math.max(ms, 0) / 1_000).toFixed(1)} s`;
}
