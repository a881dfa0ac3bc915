/** An order's life as a person reads it: what was seen at each moment, what was decided, what was written, and who asked. */
import { describeOffset, NOTABLE_OFFSET_MS } from '../../domain/clock-offset.ts';
import type { Fill } from '../../domain/order/exchange-order.ts';
import { isEnded, type Layer, type OrderStateName, type Trade, type TradeStatus } from '../../domain/order/trade.ts';
import type { ClockOffset } from '../../ports/clocks.ts';
import type { StoredEvent } from '../../ports/trade-store.ts';
import type { Evidence } from '../verify/evidence.ts';
import type { OrderVerdict } from '../verify/judge.ts';

export interface LifecycleMoment {
  at: string;
  /** Since the first moment. */
  afterMs: number;
  /** Where it was learned, and what was learned: the exchange's own words and figures. */
  observed: string;
  decided: string;
  layer: Layer | null;
  state: OrderStateName;
  /** The status that was written, with the one before it where that was another. */
  written: string;
  status: TradeStatus;
  requestedBy: string | null;
  reason: string | null;
  /** Set where the transparency log's head proves it. */
  isAnchored: boolean;
}

export interface OrderLifecycle {
  trade: Trade;
  /** How long the order blocked its bot; up to now where it still does. */
  blockedMs: number;
  isBlocking: boolean;
  moments: LifecycleMoment[];
  fills: readonly Fill[];
  /** As measured while the order lived: the furthest of each process and clock. */
  clockOffsets: ClockOffset[];
  verdict: Pick<OrderVerdict, 'outcome' | 'differences' | 'why' | 'unproven'>;
}

export interface LifecycleContext {
  verdict: OrderLifecycle['verdict'];
  offsets: readonly ClockOffset[];
  nowMs: number;
}

export function lifecycleOf(
  { trade, events, fills, leaves }: Evidence,
  { verdict, offsets, nowMs }: LifecycleContext,
): OrderLifecycle {
  const firstMs = Date.parse(events[0]?.at ?? trade.createdAt);
  const endedAt = events.find(({ toStatus }) => isEnded(toStatus))?.at;
  const anchored = leaves.flatMap(({ leaf, proof }) =>
    leaf.kind === 'event' ? [{ id: Number(leaf['id']), isAnchored: proof !== null }] : [],
  );
  anchored.sort((a, b) => a.id - b.id);
  const moments = events.map((event, index) => ({
    at: event.at,
    afterMs: Date.parse(event.at) - firstMs,
    observed: observedIn(event),
    decided: event.cause.replaceAll('_', ' '),
    layer: layerOf(event, events[index - 1], trade),
    state: event.state,
    written:
      event.fromStatus === null || event.fromStatus === event.toStatus
        ? event.toStatus
        : `${event.fromStatus} → ${event.toStatus}`,
    status: event.toStatus,
    requestedBy: event.requestedBy,
    reason: event.reason,
    isAnchored: anchored[index]?.isAnchored ?? false,
  }));
  const { outcome, differences, why, unproven } = verdict;
  return {
    trade,
    blockedMs: (endedAt === undefined ? nowMs : Date.parse(endedAt)) - firstMs,
    isBlocking: endedAt === undefined,
    moments,
    fills,
    clockOffsets: furthest(offsets),
    verdict: { outcome, differences, why, unproven },
  };
}

function furthest(offsets: readonly ClockOffset[]): ClockOffset[] {
  const found = new Map<string, ClockOffset>();
  for (const offset of offsets) {
    const key = `${offset.clock} ${offset.process}`;
    const before = found.get(key);
    if (before === undefined || Math.abs(offset.offsetMs) > Math.abs(before.offsetMs)) found.set(key, offset);
  }
  return [...found.values()];
}

/** `agreed within a second`, or which did not, and when that was measured. */
export function clockWords({ clockOffsets }: Pick<OrderLifecycle, 'clockOffsets'>): string {
  if (clockOffsets.length === 0) return 'they were not compared while the order was open';
  const notable = clockOffsets.filter(({ offsetMs }) => Math.abs(offsetMs) >= NOTABLE_OFFSET_MS);
  if (notable.length === 0) return 'agreed within a second';
  return notable
    .map(
      ({ clock, process, offsetMs, measuredAt }) =>
        `that of the ${clock} ${describeOffset(offsetMs, `that of ${process}`)} (${measuredAt})`,
    )
    .join('; ');
}

function observedIn({ cause, source, evidence }: StoredEvent): string {
  // It stands above the moments already.
  if (cause === 'intent') return `by ${source}, the request`;
  const figures = Object.entries(evidence ?? {}).flatMap(([name, value]) => {
    if (value === null || value === '') return [];
    return [`${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`];
  });
  return [`by ${source}`, ...figures].join(', ');
}

/** The layer of an end is the trade's; that of anything else follows from the order's state at the time. */
function layerOf(event: StoredEvent, before: StoredEvent | undefined, trade: Trade): Layer | null {
  if (event.requestedBy !== null || event.source === 'operator') return 'manual-sync';
  if (before === undefined || event.source === 'bot') return null;
  if (isEnded(event.toStatus) && !isEnded(before.toStatus)) return trade.detectedBy;
  if (isEnded(before.toStatus)) return event.source === 'fills' ? 'monitoring' : null;
  return before.state === 'placed' || before.state === 'immediate-check' ? 'immediate-check' : 'monitoring';
}

/** Short, and exact where it matters: 12 ms, 3.4 s, 5 min 3 s, 2 h 5 min, 3 d 4 h. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const units: readonly (readonly [string, number])[] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ];
  const first = units.findIndex(([, unitMs]) => ms >= unitMs);
  let left = ms;
  return units
    .slice(first, first + 2)
    .map(([name, unitMs]) => {
      const count = Math.floor(left / unitMs);
      left -= count * unitMs;
      return `${count} ${name}`;
    })
    .join(' ');
}
