import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { RestReport } from './resting/rest.ts';

async function live(rest: string): Promise<RestReport> {
  const main = join(import.meta.dirname, 'main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [main, '--rest', rest]);
  return JSON.parse(stdout) as RestReport;
}

/** The types of the events that Temporal's server recorded. */
function recordedEvents(name: string): string[] {
  const file = new URL(`../histories/${name}.json`, import.meta.url);
  const { history } = JSON.parse(readFileSync(file, 'utf8')) as { history: { events: { eventType: string }[] } };
  return history.events.map(({ eventType }) => eventType.slice('EVENT_TYPE_'.length));
}

const PLACED = ['day 0: placing, intent', 'day 0: placing, accepted', 'day 0: pending, observed'];

describe('an order that rests while nothing happens to it but restarts of the workers', () => {
  let report: RestReport;
  beforeAll(async () => {
    report = await live('quiet-month');
  });

  it('is completed when it is filled', () => {
    expect(report).toMatchObject({ violation: null, status: 'completed', filledSize: '1', restarts: 8 });
    expect(report.events).toEqual([...PLACED, 'day 32: completed, observed', 'day 32: completed, fills']);
  });

  it('costs no row and no event of its history in a month', () => {
    expect(report.month).toMatchObject({ eventRows: 0, fillRows: 0, issueRows: 0, historyEvents: 0 });
    expect(report.month.asked).not.toHaveProperty('a commit');
  });

  it('has the history that Temporal recorded of an order that was filled while it was monitored', () => {
    expect(report.histories).toEqual([recordedEvents('scenarios/06-lists-are-empty')]);
  });

  it('is asked about every 2 s after a month as at first, like the account’s fills; a reconciliation takes six requests', () => {
    const { 'a list': lists, 'the account’s fills': fills, ...other } = report.tenMinutes.asked;
    expect(lists).toBeLessThan(310 + 10 * 5);
    expect(fills).toBeLessThan(310 + 10);
    for (const request of [lists, fills]) expect(request).toBeGreaterThan(270);
    for (const request of ['a look', 'a cancel', 'the fills of orders']) expect(other).not.toHaveProperty(request);
  });
});

describe('an order that rests for a year, is filled in parts, and cannot be confirmed for two hours', () => {
  let report: RestReport;
  beforeAll(async () => {
    report = await live('eventful-year');
  });

  it('has a row for each change, and none for the days between', () => {
    expect(report.violation).toBeNull();
    expect(report.events).toEqual([
      ...PLACED,
      'day 40: pending, observed',
      'day 80: pending, observed',
      'day 100: stale, unconfirmed',
      'day 100: pending, observed',
      ...[120, 160, 200, 240, 280, 320, 360].map((day) => `day ${day}: pending, observed`),
      'day 365: completed, observed',
      'day 365: completed, fills',
    ]);
  });

  it('ends as filled, in the run that continues the first one', () => {
    expect(report).toMatchObject({ status: 'completed', filledSize: '1', restarts: 104 });
    expect(report.histories.map((events) => events.at(-1))).toEqual([
      'WORKFLOW_EXECUTION_CONTINUED_AS_NEW',
      'WORKFLOW_EXECUTION_COMPLETED',
    ]);
  });

  it('costs five events of its history and one row for each partial fill', () => {
    const [, second] = report.histories;
    const parts = 5;
    expect(second).toHaveLength(recordedEvents('filled-while-resting').length - 1 + parts * 5);
  });
});
