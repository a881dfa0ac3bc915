/** Reads the ledger's records back. */
import { Reader } from '../reader.ts';
import type { CancelRecord, LedgerRecords, PostRecord } from './ledger.ts';

const POST_FIELDS = ['clientOrderId', 'receivedAt', 'body', 'outcome', 'handledAt', 'reason'];
const OUTCOMES = ['not-handled', 'created', 'replayed', 'refused', 'malformed'] as const;

/** Throws InvalidArgument, naming the field. */
export function readRecords(value: unknown, path: string): LedgerRecords {
  const records = new Reader(value, path, ['posts', 'cancels', 'requests', 'busiestSecond']);
  const endpoints = Object.keys(records.record('requests'));
  const requests = new Reader(records.raw('requests'), records.path('requests'), endpoints);
  return {
    posts: records.list('posts', readPost),
    cancels: records.list('cancels', readCancel),
    requests: Object.fromEntries(endpoints.map((endpoint) => [endpoint, requests.integer(endpoint)])),
    busiestSecond: records.integer('busiestSecond'),
  };
}

function readPost(value: unknown, path: string): PostRecord {
  const row = new Reader(value, path, POST_FIELDS);
  const orNull = (name: string): string | null => (row.raw(name) === null ? null : row.text(name));
  return {
    clientOrderId: orNull('clientOrderId'),
    receivedAt: row.text('receivedAt'),
    body: row.text('body'),
    outcome: row.oneOf('outcome', OUTCOMES),
    handledAt: orNull('handledAt'),
    reason: orNull('reason'),
  };
}

function readCancel(value: unknown, path: string): CancelRecord {
  const row = new Reader(value, path, ['orderId', 'at', 'success', 'failureReason']);
  return {
    orderId: row.text('orderId'),
    at: row.text('at'),
    success: row.flag('success'),
    failureReason: row.text('failureReason'),
  };
}
