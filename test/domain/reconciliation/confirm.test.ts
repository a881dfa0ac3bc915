import { describe, expect, it } from '@jest/globals';
import type { SyncIssue } from '../../../src/domain/reconciliation/issue.ts';
import { checkIssue, type Known } from '../../../src/domain/reconciliation/confirm.ts';
import { issueLike, LIMIT_ORDER, orderLike, tradeLike } from './builders.ts';

const NOW = Date.parse('2026-11-23T12:00:00.000Z');
const UNKNOWN: Known = { trade: tradeLike(), order: null, running: null, stuck: null };

function check(issue: Partial<SyncIssue>, known: Partial<Known>) {
  return checkIssue(issueLike(issue), { ...UNKNOWN, ...known }, NOW);
}

describe('an issue of an earlier run', () => {
  it('is repaired when trade and exchange agree, and says by whom', () => {
    const trade = tradeLike({ status: 'completed', detectedBy: 'reconciliation', fillsComplete: true });
    expect(check({}, { trade, order: orderLike({ status: 'FILLED' }) })).toEqual({
      kind: 'resolved',
      resolution: 'repaired: completed',
    });
    expect(check({}, { trade: { ...trade, detectedBy: 'manual-sync' }, order: null })).toEqual({
      kind: 'resolved',
      resolution: 'settled by manual-sync: completed',
    });
  });

  it('persists, with the repair to be repeated, when they do not', () => {
    expect(check({}, { order: orderLike({ status: 'FILLED' }) })).toMatchObject({
      kind: 'persists',
      difference: { kind: 'missed_fill', repair: { kind: 'signal' } },
    });
  });

  it.each<[string, Partial<SyncIssue>, Partial<Known>]>([
    ['an order that is still not shown', { kind: 'unknown_at_exchange' }, {}],
    ['a missed fill that the exchange does not show now', { kind: 'missed_fill' }, {}],
    ['figures that the exchange does not show now', { kind: 'figures_differ' }, {}],
    ['an orphan that nobody adopted', { kind: 'orphan' }, { trade: null, order: orderLike({ status: 'CANCELLED' }) }],
    ['a workflow of which Temporal was not asked', { kind: 'no_workflow' }, {}],
  ])('stays undecided: %s', (_what, issue, known) => {
    expect(check(issue, known)).toEqual({ kind: 'undecided' });
  });

  it.each<[string, Partial<SyncIssue>, Partial<Known>, string]>([
    ['an adopted orphan', { kind: 'orphan' }, { trade: tradeLike() }, 'adopted'],
    ['a workflow that runs', { kind: 'no_workflow' }, { running: true }, 'resumed'],
    ['a workflow that has ended', { kind: 'ended_but_running' }, { running: false }, 'the workflow has ended'],
    [
      'an order that is shown again',
      { kind: 'unknown_at_exchange' },
      { order: orderLike() },
      'the exchange shows the order again',
    ],
    [
      'an order that an operator resolved',
      { kind: 'unknown_at_exchange' },
      { trade: tradeLike({ status: 'failed', reason: 'RESOLVED_BY_OPERATOR' }) },
      'resolved by an operator as failed',
    ],
    [
      'a stale order that rests again',
      { kind: 'stale' },
      { trade: tradeLike({ orderConfiguration: LIMIT_ORDER }), order: orderLike() },
      'the trade is pending again',
    ],
  ])('is resolved: %s', (_what, issue, known, resolution) => {
    expect(check(issue, known)).toEqual({ kind: 'resolved', resolution });
  });

  it('persists, and asks for another workflow, if the running one cannot continue', () => {
    const known = { running: true, stuck: 'its task has failed 7 times: TypeError' };
    expect(check({ kind: 'no_workflow' }, known)).toMatchObject({
      kind: 'persists',
      difference: { level: 'critical', repair: { kind: 'resume' }, detail: expect.stringContaining('TypeError') },
    });
  });
});
