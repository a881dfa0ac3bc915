import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deadline, eventually } from '../support/waiting.ts';
import { startLinkProxy, type LinkProxy } from './link-proxy.ts';

/** Longer than anything takes on loopback. */
const A_WHILE_MS = 150;

const server = createServer((socket) => {
  const ofThisTest = heard;
  const number = ofThisTest.push('') - 1;
  socket.on('data', (chunk) => {
    ofThisTest[number] += String(chunk);
    socket.write(chunk);
  });
  socket.on('close', () => (ofThisTest[number] += ' closed'));
  socket.on('error', () => undefined);
});
let link: LinkProxy;
/** By the server, of each connection. */
let heard: string[];

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
beforeEach(async () => {
  heard = [];
  link = await startLinkProxy(`127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(() => link.close());
afterAll(() => void server.close());

describe('a link', () => {
  it('passes on in order what is sent in both directions, and the end', async () => {
    const client = await dial();
    const megabyte = 'x'.repeat(1_000_000);
    client.socket.write(megabyte);
    client.socket.end('y');
    await client.hears(`${megabyte}y`);
    await eventually(() => link.connectionCount === 0, { withinMs: 5_000, what: 'the connection to be forgotten' });
    expect(heard).toEqual([`${megabyte}y closed`]);
  });

  it('that stalls holds what is sent, and passes it on when it is healed', async () => {
    const client = await dial();
    link.fail({ kind: 'stall' });
    client.socket.write('a');
    client.socket.write('b');
    await nothingFor(client);
    link.heal();
    await client.hears('ab');
    expect(heard).toEqual(['ab']);
  });

  it('that stalls downstream lets the server hear, but not the client', async () => {
    const client = await dial();
    link.fail({ kind: 'stall', direction: 'downstream' });
    client.socket.write('a');
    await nothingFor(client);
    expect(heard).toEqual(['a']);
    link.heal();
    await client.hears('a');
  });

  it('that is slow is late, and keeps the order', async () => {
    const client = await dial();
    link.fail({ kind: 'slow', direction: 'upstream', delayMs: 2 * A_WHILE_MS });
    client.socket.write('a');
    await nothingFor(client);
    link.heal();
    client.socket.write('b');
    await client.hears('ab');
    expect(heard).toEqual(['ab']);
  });

  it('that drops stays silent for those that were there, and serves new ones once it is healed', async () => {
    const client = await dial();
    link.fail({ kind: 'drop' });
    const lost = await dial();
    client.socket.write('a');
    lost.socket.write('b');
    await nothingFor(client, lost);
    link.heal();
    client.socket.write('c');
    lost.socket.write('d');
    await nothingFor(client, lost);
    expect(heard).toEqual(['', '']);
    const another = await dial();
    another.socket.write('e');
    await another.hears('e');
  });

  it('that drops upstream still brings what the server sends', async () => {
    const client = await dial();
    link.fail({ kind: 'stall', direction: 'downstream' });
    client.socket.write('a');
    await eventually(() => heard[0] === 'a', { withinMs: 5_000, what: 'the server to hear' });
    link.fail({ kind: 'drop', direction: 'upstream' });
    client.socket.write('b');
    link.heal();
    await client.hears('a');
    await sleep(A_WHILE_MS);
    expect([client.received(), heard]).toEqual(['a', ['a']]);
  });

  it('that is cut closes connections on both sides, and new ones as soon as they are made', async () => {
    const client = await dial();
    link.fail({ kind: 'cut' });
    await deadline(client.closed, 10_000, 'the end of the connection');
    await deadline((await dial()).closed, 10_000, 'the end of a new connection');
    await eventually(() => heard[0] === ' closed', { withinMs: 5_000, what: 'the server to hear of it' });
    expect(heard).toHaveLength(1);
    link.heal();
    const another = await dial();
    another.socket.write('a');
    await another.hears('a');
  });

  it.each<['existing' | 'new', string, string]>([
    ['existing', '', 'new'],
    ['new', 'old', ''],
  ])('that fails for %s connections leaves the others alone', async (connections, ofOld, ofNew) => {
    const old = await dial();
    link.fail({ kind: 'drop', connections });
    const fresh = await dial();
    old.socket.write('old');
    fresh.socket.write('new');
    await (ofOld === '' ? fresh : old).hears(ofOld + ofNew);
    await sleep(A_WHILE_MS);
    expect([old.received(), fresh.received()]).toEqual([ofOld, ofNew]);
  });
});

interface Dialled {
  socket: Socket;
  closed: Promise<unknown>;
  received(): string;
  hears(text: string): Promise<void>;
}

/** Resolves when both the proxy and the server have the connection, or when it is refused. */
async function dial(): Promise<Dialled> {
  const [host = '', port] = link.target.split(':');
  const others = heard.length;
  const socket = connect(Number(port), host);
  let received = '';
  let isClosed = false;
  socket.on('data', (chunk) => (received += String(chunk)));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  void closed.then(() => (isClosed = true));
  await eventually(() => isClosed || heard.length > others, { withinMs: 5_000, what: 'the connection' });
  return {
    socket,
    closed,
    received: () => received,
    hears: async (text) => {
      await eventually(() => received === text, { withinMs: 2_000, what: `the client to hear ${text}` });
    },
  };
}

async function nothingFor(...clients: Dialled[]): Promise<void> {
  await sleep(A_WHILE_MS);
  expect(clients.map((client) => client.received())).toEqual(clients.map(() => ''));
}
