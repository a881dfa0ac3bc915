/**
 * What will happen to an order, set before it is placed. Plain JSON, so that the same plan can be set in the process or
 * over the control interface. Prices do not affect an order with a plan: nothing happens to it but what the plan says
 * (and the expiry of a GTD order).
 */
import { Reader } from '../reader.ts';

/** What can be done to an order, by a plan or at once. */
export type OrderAction =
  /** From PENDING, QUEUED or any other status to OPEN. */
  | { do: 'open' }
  /**
   * Fills `size` (base currency), or `part` of the order (0.5 is half), or all that remains; the order is FILLED when
   * nothing remains. The default price is the limit price for makers, and the market price for takers, unless the limit
   * is better. A SYNTHETIC fill is one that the exchange adds by itself; it can come after the order's end and does not
   * change its status.
   */
  | { do: 'fill'; size?: string; part?: string; price?: string; tradeType?: 'FILL' | 'SYNTHETIC' }
  /** FILLED, whatever its filled size is. */
  | { do: 'complete' }
  | { do: 'cancel'; message?: string }
  | { do: 'expire' }
  /** FAILED, with a reject_reason (default HOLD_FAILURE) and a reject_message. */
  | { do: 'fail'; reason?: string; message?: string }
  /** Any status, in Coinbase's documentation or not. */
  | { do: 'status'; status: string }
  /** Reverses the last fill with a REVERSAL row; with `correctedSize` a CORRECTION row follows. Both have its trade_id. */
  | { do: 'reverse'; correctedSize?: string }
  /** The exchange forgets the order and its fills: it answers 404, and lists neither. The ledger keeps both. */
  | { do: 'purge' };

/** Waits `afterMs` (default 0) after the previous step, or after the order was accepted. Steps without a wait happen within the POST. */
export type PlanStep = OrderAction & { afterMs?: number };

export interface OrderPlan {
  /** Refuse the order: none is created. */
  refuse?: {
    /** A NewOrderFailureReason, or the `error` of an HTTP error. */
    code: string;
    message?: string;
    previewReason?: string;
    /** 200 (default) answers `success: false`; 400 answers an INVALID_ARGUMENT error. */
    httpStatus?: 200 | 400;
  };
  /** Default OPEN. */
  initialStatus?: string;
  /** Default none: the order stays as it is. */
  steps?: readonly PlanStep[];
  /** What a cancel request does; by default the order is cancelled a moment later. */
  onCancel?: {
    /** Answer `success: false` with this failure_reason. The steps are carried out all the same. */
    refuse?: string;
    /** Default none: accepted, and never carried out. */
    steps?: readonly PlanStep[];
  };
}

/** Which orders a plan is for. The exact id wins over prefixes, a longer prefix over a shorter one; the empty prefix matches all. */
export type PlanTarget = { clientOrderId: string } | { clientOrderIdPrefix: string };

const ACTION_FIELDS: Readonly<Record<OrderAction['do'], readonly string[]>> = {
  open: [],
  fill: ['size', 'part', 'price', 'tradeType'],
  complete: [],
  cancel: ['message'],
  expire: [],
  fail: ['reason', 'message'],
  status: ['status'],
  reverse: ['correctedSize'],
  purge: [],
};
const ACTIONS = Object.keys(ACTION_FIELDS) as OrderAction['do'][];
const DECIMAL_FIELDS: ReadonlySet<string> = new Set(['size', 'part', 'price', 'correctedSize']);

/** Throws InvalidArgument, naming the field. */
export function readPlan(value: unknown, path = 'plan'): OrderPlan {
  const plan = new Reader(value, path, ['refuse', 'initialStatus', 'steps', 'onCancel']);
  if (plan.has('refuse')) readRefusal(plan.raw('refuse'), plan.path('refuse'));
  if (plan.has('initialStatus')) plan.text('initialStatus');
  if (plan.has('steps')) plan.list('steps', readStep);
  if (plan.has('onCancel')) {
    const onCancel = new Reader(plan.raw('onCancel'), plan.path('onCancel'), ['refuse', 'steps']);
    if (onCancel.has('refuse')) onCancel.text('refuse');
    if (onCancel.has('steps')) onCancel.list('steps', readStep);
  }
  return value as OrderPlan;
}

/** Throws InvalidArgument, naming the field. */
export function readAction(value: unknown, path = 'action'): OrderAction {
  const { do: name } = Object(value) as { do?: unknown };
  const known = ACTIONS.find((action) => action === name);
  const action = new Reader(value, path, ['do', ...(known ? ACTION_FIELDS[known] : [])]);
  const kind = action.oneOf('do', ACTIONS);
  for (const field of ACTION_FIELDS[kind]) {
    if (!action.has(field) && field !== 'status') continue;
    if (DECIMAL_FIELDS.has(field)) action.decimal(field);
    else if (field === 'tradeType') action.oneOf(field, ['FILL', 'SYNTHETIC']);
    else action.text(field);
  }
  return value as OrderAction;
}

/** Throws InvalidArgument, naming the field. */
export function readPlanTarget(value: object, path = 'target'): PlanTarget {
  const target = new Reader(value, path, ['clientOrderId', 'clientOrderIdPrefix']);
  return target.has('clientOrderId')
    ? { clientOrderId: target.text('clientOrderId') }
    : { clientOrderIdPrefix: target.text('clientOrderIdPrefix') };
}

/** Throws InvalidArgument, naming the field. */
export function readStep(value: unknown, path: string): PlanStep {
  const { afterMs, ...action } = Object(value) as { afterMs?: unknown };
  if (afterMs !== undefined) new Reader({ afterMs }, path, ['afterMs']).integer('afterMs');
  readAction(action, path);
  return value as PlanStep;
}

function readRefusal(value: unknown, path: string): void {
  const refusal = new Reader(value, path, ['code', 'message', 'previewReason', 'httpStatus']);
  refusal.text('code');
  if (refusal.has('message')) refusal.text('message');
  if (refusal.has('previewReason')) refusal.text('previewReason');
}
