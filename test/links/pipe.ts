/** One direction of a connection through a proxy: what comes is passed on at once, late, when it is healed, or never. */
import type { Socket } from 'node:net';

type Item = { dueAtMs: number } & ({ kind: 'data'; chunk: Buffer } | { kind: 'end' | 'reset' });

export class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  #queue: Item[] = [];
  #timer: NodeJS.Timeout | undefined;
  #delayMs = 0;
  #isStalled = false;
  #isLost = false;

  /** `onData` hears what is sent before it is passed on. */
  constructor(from: Socket, to: Socket, onData: (chunk: Buffer) => void = () => undefined) {
    this.#from = from;
    this.#to = to;
    from.on('data', (chunk) => {
      onData(chunk);
      this.#take({ kind: 'data', chunk });
    });
    from.on('end', () => this.#take({ kind: 'end' }));
    from.on('close', () => {
      if (!from.readableEnded) this.#take({ kind: 'reset' });
    });
    to.on('drain', () => this.#pump());
  }

  stall(): void {
    this.#isStalled = true;
    // The sender's buffers fill, as they do where nothing is acknowledged.
    this.#from.pause();
  }

  slow(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  /** For good: after the first lost byte nothing that follows could be understood. */
  lose(): void {
    this.#isLost = true;
    this.#clear();
    this.#from.resume();
  }

  heal(): void {
    this.#isStalled = false;
    this.#delayMs = 0;
    for (const item of this.#queue) item.dueAtMs = 0;
    this.#pump();
  }

  /** Both ends hear of it at once. */
  cut(): void {
    this.#isLost = true;
    this.#clear();
    this.#from.resetAndDestroy();
  }

  #take(item: { kind: 'data'; chunk: Buffer } | { kind: 'end' | 'reset' }): void {
    if (this.#isLost) return;
    this.#queue.push({ ...item, dueAtMs: this.#delayMs === 0 ? 0 : performance.now() + this.#delayMs });
    this.#pump();
  }

  /** Passes on what is due, in the order in which it came. */
  #pump(): void {
    clearTimeout(this.#timer);
    while (!this.#isStalled && !this.#to.writableNeedDrain) {
      const [next] = this.#queue;
      if (next === undefined) return void this.#from.resume();
      const inMs = next.dueAtMs - performance.now();
      if (inMs > 0) return void (this.#timer = setTimeout(() => this.#pump(), inMs));
      this.#queue.shift();
      this.#pass(next);
    }
    this.#from.pause();
  }

  #pass(item: Item): void {
    switch (item.kind) {
      case 'data':
        this.#to.write(item.chunk);
        break;
      case 'end':
        this.#to.end();
        break;
      case 'reset':
        this.#to.resetAndDestroy();
        break;
    }
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#queue = [];
  }
}
