import type { Trade } from './trade.ts';

/** What a row says beside the intent and its times before anything was sent: the defaults of its columns. */
export const UNPLACED = {
  orderId: null,
  status: 'placing',
  postAttempts: 0,
  postAttemptedAt: null,
  postDenials: 0,
  immediateFill: false,
  fillDetectedAt: null,
  filledAt: null,
  detectedBy: null,
  filledSize: '0',
  averageFilledPrice: null,
  filledValue: null,
  totalFees: null,
  fillsComplete: false,
  reason: null,
  staleSince: null,
  monitoredSince: null,
  endedAt: null,
  exchangeStatus: null,
  pendingCancel: false,
  lastCheckedAt: null,
  cancelRequestedAt: null,
  cancelSubmittedAt: null,
} as const satisfies Partial<Trade>;
