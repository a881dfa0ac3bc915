import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Deadlines } from '../../src/coinbase/user-channel/deadlines.ts';

describe('a deadline', () => {
  it('expires once, and is over then', async () => {
    const deadlines = new Deadlines<'one'>();
    let expired = 0;
    const over = new Promise<void>((resolve) => deadlines.set('one', 5, () => resolve(void (expired += 1))));
    expect(deadlines.has('one')).toBe(true);
    await over;
    expect(deadlines.has('one')).toBe(false);
    await sleep(20);
    expect(expired).toBe(1);
  });

  it('that is set anew, or cleared, does not expire as it was', async () => {
    const deadlines = new Deadlines<'anew' | 'cleared' | 'all'>();
    const expired: string[] = [];
    deadlines.set('anew', 5, () => expired.push('old'));
    deadlines.set('cleared', 5, () => expired.push('cleared'));
    deadlines.clear('cleared');
    await new Promise<void>((resolve) => deadlines.set('anew', 30, () => resolve(void expired.push('new'))));
    deadlines.set('all', 5, () => expired.push('all'));
    deadlines.clearAll();
    await sleep(20);
    expect(expired).toEqual(['new']);
  });

  it('is set anew in time by what came while the process was busy', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const welcomed = once(server, 'connection') as Promise<[Socket]>;
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [peer] = await welcomed;
    try {
      const deadlines = new Deadlines<'silence'>();
      let expired = false;
      const heard = once(client, 'data');
      client.on('data', () => deadlines.clear('silence'));
      deadlines.set('silence', 50, () => (expired = true));
      peer.write('here I am');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
      await heard;
      await sleep(20);
      expect(expired).toBe(false);
    } finally {
      client.destroy();
      peer.destroy();
      server.close();
    }
  });
});
