/** A plain WebSocket client: subscribes, and keeps all messages. */
import type { Simulator } from '../../src/simulator/index.ts';
import type { Bot } from './bot.ts';
import { eventually, sign } from './bot.ts';

export interface ListenedMessage {
  /** Of errors only. */
  type?: string;
  message?: string;
  channel: string;
  client_id: string;
  timestamp: string;
  sequence_num: number;
  events: ListenedEvent[];
}

export interface ListenedEvent {
  type: string;
  orders: (Record<string, unknown> & Record<'client_order_id' | 'status', string>)[];
  positions: object;
  subscriptions: Record<string, string[]>;
  current_time: string;
  heartbeat_counter: number;
}

export interface Listener {
  socket: WebSocket;
  /** In the order of their coming. */
  messages: ListenedMessage[];
  /** The code with which the connection was closed; 1006 if it was cut. */
  closed: Promise<number>;
  send(request: unknown): void;
  subscribe(channel: string, more?: Record<string, unknown>): Promise<void>;
  /** Subscribes, and waits for the acknowledgement. */
  subscribed(channel: string, more?: Record<string, unknown>): Promise<void>;
  /** Waits for so many messages of the kind, five seconds at most, and answers all of them. */
  received(count: number, matches: (message: ListenedMessage) => boolean): Promise<ListenedMessage[]>;
  /** The statuses of the order in its updates, oldest first. */
  statuses(clientOrderId: string): string[];
}

/** Connects; throws if that is refused. */
export async function listen({ simulator, key }: Pick<Bot, 'simulator' | 'key'>): Promise<Listener> {
  const socket = new WebSocket(simulator.wsUrl);
  const messages: ListenedMessage[] = [];
  socket.addEventListener('message', ({ data }) => messages.push(JSON.parse(String(data)) as ListenedMessage));
  const closed = new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)));
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('the connection was refused')));
  });
  const send = (request: unknown): void => socket.send(JSON.stringify(request));
  const received: Listener['received'] = (count, matches) =>
    eventually(
      () => messages.filter(matches),
      (found) => found.length >= count,
    );
  const subscribe: Listener['subscribe'] = async (channel, more = {}) =>
    send({ type: 'subscribe', channel, jwt: await sign(key, {}), ...more });
  return {
    socket,
    messages,
    closed,
    send,
    subscribe,
    received,
    subscribed: async (channel, more) => {
      await subscribe(channel, more);
      await received(1, (message) => isAck(message) && message.events[0]?.subscriptions[channel] !== undefined);
    },
    statuses: (clientOrderId) =>
      messages
        .filter(isUpdate)
        .flatMap(({ events }) => events.flatMap(({ orders }) => orders))
        .filter((order) => order.client_order_id === clientOrderId)
        .map(({ status }) => status),
  };
}

export function isAck({ channel }: ListenedMessage): boolean {
  return channel === 'subscriptions';
}

export function isUser({ channel }: ListenedMessage): boolean {
  return channel === 'user';
}

export function isUpdate(message: ListenedMessage): boolean {
  return isUser(message) && message.events[0]?.type === 'update';
}

export function isHeartbeat({ channel }: ListenedMessage): boolean {
  return channel === 'heartbeats';
}

export function isError({ type }: ListenedMessage): boolean {
  return type === 'error';
}

export function isAbout(clientOrderId: string): (message: ListenedMessage) => boolean {
  return (message) => isUpdate(message) && message.events[0]?.orders[0]?.client_order_id === clientOrderId;
}

/** Waits until the exchange has noticed that all of them have gone. */
export async function allGone({ userChannel }: Simulator): Promise<void> {
  await eventually(
    () => userChannel.connectionCount,
    (count) => count === 0,
  );
}
