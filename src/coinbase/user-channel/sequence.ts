/**
 * Coinbase numbers the messages of a connection, all channels in one count. A number left out is a message that was lost,
 * unless it comes late.
 */
import type { Arrival } from '../../ports/order-push.ts';

/** Both included. */
interface Range {
  from: number;
  to: number;
}

/** For one connection. Whatever number comes first begins the count: recordings show 0 and 1. */
export class SequenceCheck {
  #next: number | null = null;
  #missing: Range[] = [];

  note(sequence: number): Arrival {
    const next = this.#next ?? sequence;
    if (sequence >= next) {
      if (sequence > next) this.#missing.push({ from: next, to: sequence - 1 });
      this.#next = sequence + 1;
      return sequence > next ? 'early' : 'next';
    }
    const gap = this.#missing.find(({ from, to }) => from <= sequence && sequence <= to);
    if (gap === undefined) return 'repeated';
    const rest = [
      { from: gap.from, to: sequence - 1 },
      { from: sequence + 1, to: gap.to },
    ];
    this.#missing = [...this.#missing.filter((range) => range !== gap), ...rest.filter(({ from, to }) => from <= to)];
    return 'late';
  }

  /** Which messages have not come, in words; null if none is missing. */
  get gap(): string | null {
    if (this.#missing.length === 0) return null;
    const ranges = this.#missing.toSorted((one, other) => one.from - other.from);
    return ranges.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ');
  }
}
