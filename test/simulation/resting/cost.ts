/** What was written and asked for, from the beginning of a life or between two moments of it. */
import type { World } from '../world.ts';

export interface Cost {
  /** Of the histories of the order's runs. */
  historyEvents: number;
  /** Of `order_events`. */
  eventRows: number;
  fillRows: number;
  issueRows: number;
  /** Requests, statements and calls of Temporal, by what they ask for. */
  asked: Record<string, number>;
}

export function costUntilNow({ temporal, store, records, surroundings }: World): Cost {
  return {
    historyEvents: temporal.histories.reduce((sum, { events }) => sum + events.length, 0),
    eventRows: store.events.length,
    fillRows: store.fills.size,
    issueRows: records.issues.length,
    asked: Object.fromEntries(surroundings.asked),
  };
}

export function costBetween(before: Cost, after: Cost): Cost {
  const asked = Object.entries(after.asked).map(([what, count]) => [what, count - (before.asked[what] ?? 0)] as const);
  return {
    historyEvents: after.historyEvents - before.historyEvents,
    eventRows: after.eventRows - before.eventRows,
    fillRows: after.fillRows - before.fillRows,
    issueRows: after.issueRows - before.issueRows,
    asked: Object.fromEntries(asked.filter(([, count]) => count > 0)),
  };
}
