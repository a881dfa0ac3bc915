/** Deliberate defects, each of which would cost money. Simulated lives must find every one of them. */
export interface Defect {
  name: string;
  /** Below `src/`. */
  file: string;
  replace: string;
  by: string;
}

export const DEFECTS: readonly Defect[] = [
  {
    name: 'a POST without a committed attempt',
    file: 'activities/order/open-order.ts',
    replace: 'if (trade.postAttempts === 0) return unposted(trade);',
    by: '',
  },
  {
    name: 'the window ignored between permit and POST',
    file: 'activities/order/post-order.ts',
    replace: 'askedAtMs + windowLeftMs(trade)',
    by: 'Infinity',
  },
  {
    name: 'an end taken back',
    file: 'domain/order/decisions/observation.ts',
    replace: '  if (!isChecking) return null;',
    by: '',
  },
  {
    name: 'an unknown placement called not placed',
    file: 'domain/order/decisions/placement.ts',
    replace: 'if (trade.postDenials < trade.postAttempts) return placementUnknown(trade, at, haltedBy);',
    by: '',
  },
  {
    name: 'a refusal believed although an attempt before it is unknown',
    file: 'domain/order/decisions/placement.ts',
    replace: '!isUnplaced(trade) || trade.postDenials < trade.postAttempts - 1',
    by: '!isUnplaced(trade)',
  },
  {
    name: 'a lost answer taken for a denial',
    file: 'activities/order/post-order.ts',
    replace: "return { type: 'outcome-unknown', ...learnt, kind };",
    by: "return { type: 'denied', ...learnt, kind: 'not-sent' };",
  },
  {
    name: 'an order withdrawn while its POST is out',
    file: 'domain/order/decisions/cancellation.ts',
    replace: "stateOf(trade) === 'placed' && trade.postAttempts === trade.postDenials",
    by: "stateOf(trade) === 'placed'",
  },
  {
    name: 'an older picture believed',
    file: 'domain/order/decisions/execution.ts',
    replace: 'if (difference < 0 || (',
    by: 'if ((',
  },
  {
    name: 'a fact applied twice',
    file: 'database/queries/apply-loop.ts',
    replace: 'if (read.isApplied) return { trade: read.trade, isNews: false, alert: null };',
    by: '',
  },
  {
    name: 'a report that reached nobody forgotten',
    file: 'domain/feed/feed-tracker.ts',
    replace: 'Object.assign(tracked, { reported: null, isReportedUnconfirmed: false })',
    by: 'tracked.reported',
  },
  {
    name: 'the monitoring window without an end',
    file: 'domain/order/machine.ts',
    replace: 'watching: { after: { monitoringWindow: ',
    by: 'watching: { after: { 999999999: ',
  },
  {
    name: 'an open order left without a workflow',
    file: 'domain/reconciliation/compare-workflow.ts',
    replace: 'return !mayBePlaced;',
    by: 'return false;',
  },
];
