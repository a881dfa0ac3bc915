/** What the exchange pushes, as a worker's connection brings it: with gaps, late, twice, or not at all. */
import type { ExchangeOrder } from '../../../src/domain/order/exchange-order.ts';
import type { Arrival, OrderPush, PushHandler, PushHealth, PushMessage } from '../../../src/ports/order-push.ts';
import { here, type Here, type Process } from '../scheduler.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Ledger, Listener } from './ledger.ts';

const RECONNECT_MS = 700;

export class PushClient implements OrderPush, Listener {
  readonly process: Process;
  readonly #surroundings: Surroundings;
  readonly #ledger: Ledger;
  #handler: PushHandler | null = null;
  #at: Here;
  #isConnected = false;
  #sequence = 0;

  constructor(surroundings: Surroundings, ledger: Ledger, process: Process) {
    this.#surroundings = surroundings;
    this.#ledger = ledger;
    this.process = process;
    this.#at = { process };
  }

  get health(): PushHealth {
    return { connected: this.#isConnected, since: '', lastMessageAt: null, loss: null };
  }

  listen(handler: PushHandler, signal: AbortSignal): Promise<void> {
    this.#handler = handler;
    this.#at = here.getStore() ?? { process: this.process };
    this.#connect();
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        this.#handler = null;
        this.#isConnected = false;
        this.#ledger.unsubscribe(this.process);
        resolve();
      });
    });
  }

  /** The exchange sends a message. */
  notify(
    { orderConfiguration: _, lastFillTime: _time, pendingCancel: _cancel, ...pushed }: ExchangeOrder,
    kind: PushMessage['kind'],
  ): void {
    if (!this.#isConnected) return;
    const { chance } = this.#surroundings;
    this.#sequence += 1;
    const sequence = this.#sequence;
    const bring = (delayMs: number, arrival: Arrival): void =>
      this.#later(delayMs, () => {
        const receivedAt = new Date().toISOString();
        if (this.#isConnected) {
          this.#handler?.onOrders([pushed], { kind, sentAt: null, receivedAt, sequence, arrival });
        }
      });
    if (this.#surroundings.fault('the exchange does not push a change', 0.1)) return;
    if (this.#surroundings.fault('a push is missing', 0.05)) {
      this.#later(chance.between('gap seen', 10, 1_500), () => this.#lose());
    } else if (this.#surroundings.fault('a push is late', 0.08)) {
      bring(
        chance.between('push late', 50, 3_000),
        this.#surroundings.fault('a push is late and known to be', 0.5) ? 'late' : 'next',
      );
    } else {
      bring(chance.between('push', 1, 40), 'next');
      if (this.#surroundings.fault('a push comes twice', 0.05)) bring(60, 'repeated');
    }
  }

  #connect(): void {
    this.#later(this.#surroundings.chance.between('connecting', 20, 300), () => {
      if (this.#handler === null || this.#isConnected) return;
      this.#isConnected = true;
      this.#ledger.subscribe(this);
      this.#handler.onConnected();
      const { order } = this.#ledger;
      if (order !== null && !order.hasEnded) this.notify(order.shown(), 'snapshot');
    });
  }

  #lose(): void {
    if (this.#handler === null || !this.#isConnected) return;
    this.#isConnected = false;
    this.#ledger.unsubscribe(this.process);
    const loss = { kind: 'gap', message: 'messages are missing', wasConnected: true, retryInMs: RECONNECT_MS } as const;
    this.#handler.onDisconnected(loss);
    this.#later(RECONNECT_MS, () => this.#connect());
  }

  #later(delayMs: number, act: () => void): void {
    this.#surroundings.scheduler.after(delayMs, this.process, () => here.run(this.#at, act));
  }
}
