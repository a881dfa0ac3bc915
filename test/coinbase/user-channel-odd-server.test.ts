/** What no exchange should do, done by a server that says only what the test wants. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt, jwtVerify } from 'jose';
import { WebSocketServer, type WebSocket } from 'ws';
import { retryMs, type UserChannelSettings } from '../../src/coinbase/user-channel/user-channel.ts';
import { KEY_NAME, PRIVATE_KEY_PEM, PUBLIC_KEY } from './scripted-server.ts';
import { PushRecorder } from './push-recorder.ts';

interface Subscription {
  channel: string;
  jwt: string;
}

let server: Server;
let sockets: WebSocketServer;
/** All connections that are open. */
let streams: Set<Socket>;
/** Of each connection, as they came. */
let subscriptions: Subscription[][];
let recorder: PushRecorder | null;

beforeEach(async () => {
  server = createServer();
  sockets = new WebSocketServer({ noServer: true });
  subscriptions = [];
  streams = new Set();
  recorder = null;
  server.on('connection', (stream) => {
    streams.add(stream);
    stream.on('close', () => streams.delete(stream));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  await recorder?.stop();
  server.close();
  for (const stream of streams) stream.destroy();
  await once(server, 'close');
});

/** Takes the connection, and does not answer. */
function ignore(): void {
  // A stream that nobody reads would not see its end.
  server.on('upgrade', (_request, stream) => stream.on('end', () => stream.end()).resume());
}

/** `say` is called with the connection and all that it has subscribed to so far, after each subscription. */
function serve(say: (socket: WebSocket, subscribed: readonly Subscription[]) => void): void {
  server.on('upgrade', (request, stream, head) =>
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const subscribed: Subscription[] = [];
      subscriptions.push(subscribed);
      socket.on('message', (data: Buffer) => {
        subscribed.push(JSON.parse(data.toString()) as Subscription);
        say(socket, subscribed);
      });
    }),
  );
}

function listen(settings: Partial<UserChannelSettings> = {}): PushRecorder {
  const { port } = server.address() as AddressInfo;
  recorder = new PushRecorder({
    wsUrl: `ws://127.0.0.1:${port}`,
    keyName: KEY_NAME,
    privateKey: PRIVATE_KEY_PEM,
    ...settings,
  });
  return recorder;
}

function send(socket: WebSocket, sequence: number, channel: string, event: object): void {
  socket.send(JSON.stringify({ channel, sequence_num: sequence, events: [event] }));
}

function acknowledge(socket: WebSocket, sequence: number, ...channels: string[]): void {
  const named = Object.fromEntries(channels.map((channel) => [channel, ['x']]));
  send(socket, sequence, 'subscriptions', { subscriptions: named });
}

const NO_ORDERS = { type: 'snapshot', orders: [] };

describe('subscribing', () => {
  it('is done for each channel, on each connection, with a token of its own that is for no REST request', async () => {
    serve((socket, subscribed) => {
      if (subscribed.length < 2) return;
      send(socket, 0, 'user', NO_ORDERS);
      acknowledge(socket, 1, 'user', 'heartbeats');
      if (subscriptions.length === 1) socket.close(1012, 'restarting');
    });
    await listen().connected(2);
    const all = subscriptions.flat();
    expect(all.map(({ channel }) => channel)).toEqual(['user', 'heartbeats', 'user', 'heartbeats']);
    expect(new Set(all.map(({ jwt }) => jwt)).size).toBe(4);
    for (const { jwt } of all) {
      await jwtVerify(jwt, PUBLIC_KEY, { issuer: 'cdp', subject: KEY_NAME });
      expect(decodeJwt(jwt)).not.toHaveProperty('uri');
    }
    expect(recorder?.losses).toMatchObject([{ kind: 'closed', message: 'closed with code 1012: "restarting"' }]);
  });

  it('is confirmed by the first message of a channel, too', async () => {
    serve((socket, subscribed) => {
      if (subscribed.length < 2) return;
      send(socket, 0, 'user', NO_ORDERS);
      send(socket, 1, 'heartbeats', {});
    });
    await listen().connected();
    expect(recorder?.push.health.connected).toBe(true);
  });

  it('does not wait long for the end of a snapshot of fifty orders', async () => {
    const orders = Array.from({ length: 50 }, (_, index) => ({ order_id: `order-${index}`, status: 'OPEN' }));
    serve((socket, subscribed) => {
      if (subscribed.length < 2) return;
      send(socket, 0, 'user', { type: 'snapshot', orders });
      acknowledge(socket, 1, 'user', 'heartbeats');
    });
    await listen().connected();
    expect(recorder?.orders).toHaveLength(50);
  });

  it.each([
    ['nothing at all', [], 'not subscribed to user and heartbeats within 300 ms'],
    ['one channel', ['user'], 'not subscribed to heartbeats within 300 ms'],
  ])('that is answered with %s is given up and reported', async (_what, channels, message) => {
    serve((socket, subscribed) => {
      if (subscribed.length === 1 && channels.length > 0) acknowledge(socket, 0, ...channels);
    });
    const listening = listen({ confirmWithinMs: 300 });
    // A slow machine may not come so far the first time.
    await listening.until(message, () => listening.losses.some((loss) => loss.message === message));
    expect(listening.losses.find((loss) => loss.message === message)?.kind).toBe('unconfirmed');
    expect(listening.connections).toBe(0);
  });
});

describe('a message out of order', () => {
  const order = (status: string) => ({ type: 'update', orders: [{ order_id: 'order-1', status }] });

  function serveOutOfOrder(lateByMs: number): void {
    serve((socket, subscribed) => {
      if (subscribed.length < 2) return;
      send(socket, 0, 'user', NO_ORDERS);
      acknowledge(socket, 1, 'user', 'heartbeats');
      send(socket, 3, 'user', order('FILLED'));
      setTimeout(() => send(socket, 2, 'user', order('OPEN')), lateByMs);
    });
  }

  it('is waited for briefly', async () => {
    serveOutOfOrder(100);
    const listening = listen();
    await listening.until('the late one', () => listening.log.includes('OPEN'));
    await sleep(800);
    expect(listening.log).toEqual(['connected', 'FILLED', 'OPEN']);
  });

  it('is not waited for longer: the connection is given up, and what arrived is reported', async () => {
    serveOutOfOrder(1500);
    const [loss] = await listen().lost();
    expect(loss).toMatchObject({ kind: 'gap', message: 'messages are missing: 2', wasConnected: true });
    expect(recorder?.log.slice(0, 3)).toEqual(['connected', 'FILLED', 'gap']);
  });
});

describe('a server', () => {
  it('that accepts the connection and never answers is given up', async () => {
    ignore();
    const [loss] = await listen({ confirmWithinMs: 300 }).lost();
    expect(loss).toMatchObject({ kind: 'unreachable', message: 'no connection within 300 ms' });
  });

  it('that is not running is tried again', async () => {
    const [loss] = await listen({ wsUrl: 'ws://127.0.0.1:1' }).lost(2);
    expect(loss).toMatchObject({ kind: 'unreachable', message: 'no connection: ECONNREFUSED' });
  });

  it('that redirects is not followed', async () => {
    let followed = 0;
    server.on('upgrade', (request, stream) => {
      if (request.url === '/elsewhere') followed += 1;
      stream.end('HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n');
    });
    const losses = await listen().lost(2);
    expect(losses[0]).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('302') });
    expect(followed).toBe(0);
  });

  it('that violates the protocol is disconnected, with the reason', async () => {
    server.on('upgrade', (request, stream, head) =>
      sockets.handleUpgrade(request, stream, head, () => stream.write(Buffer.from([0xff, 0xff, 0xff]))),
    );
    const [loss] = await listen().lost();
    expect(loss).toMatchObject({ kind: 'closed', message: expect.stringMatching(/^the connection broke: WS_ERR_/) });
  });

  it('that sends an endless message is disconnected', async () => {
    serve((socket) => socket.send('x'.repeat(5 * 1024 * 1024)));
    const [loss] = await listen().lost();
    expect(loss).toMatchObject({
      kind: 'closed',
      message: expect.stringContaining('WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'),
    });
  });
});

describe('stopping', () => {
  it.each([
    ['before the connection is there', ignore],
    ['before the subscriptions are confirmed', () => serve(() => undefined)],
  ])('%s closes it', async (_when, arrange) => {
    arrange();
    const upgraded = once(server, 'upgrade');
    const listening = listen();
    await upgraded;
    await listening.stop();
    await listening.until('closed', () => streams.size === 0);
    expect(listening.log).toEqual([]);
  });

  it('while waiting to try again does not wait', async () => {
    const listening = listen({ wsUrl: 'ws://127.0.0.1:1', firstRetryMs: 3_600_000, longestRetryMs: 3_600_000 });
    const [loss] = await listening.lost();
    expect(loss?.retryInMs).toBeGreaterThanOrEqual(1_800_000);
    await listening.stop();
  });
});

describe('the wait before the next try', () => {
  const options = { firstRetryMs: 250, longestRetryMs: 30_000 };

  it('doubles up to its maximum', () => {
    const waits = [1, 2, 3, 7, 8, 100, 5000].map((failures) => retryMs(failures, options, 0));
    expect(waits).toEqual([250, 500, 1000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('is up to a half shorter at random', () => {
    expect([0, 0.5, 1].map((chance) => retryMs(3, options, chance))).toEqual([1000, 750, 500]);
  });

  it('grows from one failure to the next', async () => {
    const losses = await listen({ wsUrl: 'ws://127.0.0.1:1', firstRetryMs: 4, longestRetryMs: 1000 }).lost(6);
    expect(losses[5]?.retryInMs).toBeGreaterThanOrEqual(64);
    expect(losses[0]?.retryInMs).toBeLessThanOrEqual(4);
  });
});
