/** Listens to the user channel and keeps all that is pushed, in the order of arrival. */
import type { PushedOrder } from '../../src/domain/feed/pushed-order.ts';
import type { PushHandler, PushLoss, PushMessage } from '../../src/ports/order-push.ts';
import { connectUserChannel, type UserChannelSettings } from '../../src/coinbase/user-channel/user-channel.ts';
import { deadline, eventually } from '../support/waiting.ts';

/** Long enough for a machine that does much else; nothing that goes right waits so long. */
const IN_TIME_MS = 20_000;

export type PushedUpdate = PushedOrder & { message: PushMessage };
export type Lost = PushLoss & { wasConnected: boolean; retryInMs: number };

export class PushRecorder implements PushHandler {
  readonly orders: PushedUpdate[] = [];
  readonly losses: Lost[] = [];
  /** What came in what order: `connected`, the kind of a loss, or an order's status. */
  readonly log: string[] = [];
  readonly push: ReturnType<typeof connectUserChannel>;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;

  constructor(settings: UserChannelSettings) {
    this.push = connectUserChannel({ firstRetryMs: 20, longestRetryMs: 100, ...settings });
    this.#ended = this.push.listen(this, this.#stop.signal);
    // A test that fails before it stops would leave the rejection unhandled.
    this.#ended.catch(() => undefined);
  }

  onOrders(orders: readonly PushedOrder[], message: PushMessage): void {
    for (const order of orders) {
      this.orders.push({ ...order, message });
      this.log.push(order.status);
    }
  }

  onConnected(): void {
    this.log.push('connected');
  }

  onDisconnected(loss: Lost): void {
    this.losses.push(loss);
    this.log.push(loss.kind);
  }

  get connections(): number {
    return this.log.filter((word) => word === 'connected').length;
  }

  /** What was pushed of the order, oldest first. */
  about(clientOrderId: string): PushedUpdate[] {
    return this.orders.filter((order) => order.clientOrderId === clientOrderId);
  }

  statuses(clientOrderId: string): string[] {
    return this.about(clientOrderId).map(({ status }) => status);
  }

  async connected(times = 1): Promise<void> {
    await this.until(`connection ${times}`, () => this.connections >= times);
  }

  /** Waits for an update that shows the status, and answers all updates of the order. */
  async received(clientOrderId: string, status: string): Promise<PushedUpdate[]> {
    await this.until(`${clientOrderId} ${status}`, () => this.statuses(clientOrderId).includes(status));
    return this.about(clientOrderId);
  }

  async lost(times = 1): Promise<Lost[]> {
    await this.until(`loss ${times}`, () => this.losses.length >= times);
    return this.losses;
  }

  async until(what: string, isSo: () => boolean): Promise<void> {
    try {
      await eventually(isSo, { withinMs: IN_TIME_MS, what });
    } catch (error) {
      throw new Error(`${String(error)}; it received: ${this.log.join(', ')}`, { cause: error });
    }
  }

  /** Resolves when the channel says that all is closed. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await deadline(this.#ended, IN_TIME_MS, 'the channel to close');
  }
}
