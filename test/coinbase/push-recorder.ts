/** Listens to the user channel and keeps all that it is told, in the order in which it is told. */
import type { PushedOrder } from '../../src/domain/feed/pushed-order.ts';
import type { PushHandler, PushLoss, PushMessage } from '../../src/ports/order-push.ts';
import { connectUserChannel, type UserChannelSettings } from '../../src/coinbase/user-channel/user-channel.ts';
import { deadline, eventually } from '../support/waiting.ts';

/** Long enough for a machine that does much else; nothing that goes right waits so long. */
const IN_TIME_MS = 20_000;

export type Told = PushedOrder & { message: PushMessage };
export type Lost = PushLoss & { wasConnected: boolean; retryInMs: number };

export class PushRecorder implements PushHandler {
  readonly orders: Told[] = [];
  readonly losses: Lost[] = [];
  /** What came in what order: `connected`, the kind of a loss, or an order's status. */
  readonly story: string[] = [];
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
      this.story.push(order.status);
    }
  }

  onConnected(): void {
    this.story.push('connected');
  }

  onDisconnected(loss: Lost): void {
    this.losses.push(loss);
    this.story.push(loss.kind);
  }

  get connections(): number {
    return this.story.filter((word) => word === 'connected').length;
  }

  /** What was told of the order, oldest first. */
  about(clientOrderId: string): Told[] {
    return this.orders.filter((order) => order.clientOrderId === clientOrderId);
  }

  statuses(clientOrderId: string): string[] {
    return this.about(clientOrderId).map(({ status }) => status);
  }

  async connected(times = 1): Promise<void> {
    await this.until(`connection ${times}`, () => this.connections >= times);
  }

  /** Waits for the order to be told in the status, and answers all that was told of it. */
  async heard(clientOrderId: string, status: string): Promise<Told[]> {
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
      throw new Error(`${String(error)}; told was: ${this.story.join(', ')}`, { cause: error });
    }
  }

  /** Resolves when the channel says that all is closed. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await deadline(this.#ended, IN_TIME_MS, 'the channel to close');
  }
}
