import { afterEach, describe, expect, it } from '@jest/globals';
import {
  OrderNotFoundError,
  OrderSyncClient,
  TemporalRefusedError,
  TemporalUnavailableError,
} from '../../src/client/index.ts';
import { startLinkProxy, type LinkProxy } from '../links/link-proxy.ts';
import { marketOrder } from '../support/engine.ts';
import { temporalAddress } from '../support/resources.ts';
import { deadline, eventually } from '../support/waiting.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function linkToTemporal(): Promise<LinkProxy> {
  const link = await startLinkProxy(temporalAddress());
  closing.push(() => link.close());
  return link;
}

async function connected(address: string, namespace = 'default'): Promise<OrderSyncClient> {
  const orders = await OrderSyncClient.connect({ address, namespace });
  closing.unshift(() => orders.close());
  return orders;
}

describe('connect', () => {
  it('says where Temporal was looked for, and what to do', async () => {
    const { target: address, close } = await startLinkProxy(temporalAddress());
    await close();

    const error = await OrderSyncClient.connect({ address, connectTimeout: 500 }).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(TemporalUnavailableError);
    expect(error).toMatchObject({ code: 'TemporalUnavailable', retryable: true });
    expect((error as Error).message).toMatch(new RegExp(`at ${address} .*check the address and that the server runs`));
  });

  it('says that the namespace does not exist', async () => {
    const orders = await connected(temporalAddress(), 'nowhere');

    const error = await orders.state('some-order').catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(TemporalRefusedError);
    expect((error as Error).message).toContain('nowhere');
  });
});

describe('a connection that is lost', () => {
  it('is reported as such within the timeout of the call', async () => {
    const link = await linkToTemporal();
    const orders = await connected(link.target);
    link.fail({ kind: 'cut' });

    const error = await orders.place(marketOrder(), { timeoutMs: 500 }).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(TemporalUnavailableError);
  });

  it('is replaced if it went silent while it was being set up, as soon as Temporal is reachable', async () => {
    const link = await linkToTemporal();
    const orders = await connected(link.target);
    link.fail({ kind: 'drop', connections: 'new' });
    link.fail({ kind: 'cut', connections: 'existing' });
    const late = orders.state('some-order', { timeoutMs: 2_000 });
    await eventually(() => link.connectionCount > 0, { withinMs: 1_500, what: 'a connection that goes silent' });
    await expect(late).rejects.toThrow(TemporalUnavailableError);
    link.heal();

    await expect(orders.state('some-order', { timeoutMs: 10_000 })).rejects.toThrow(OrderNotFoundError);
  });

  it('does not delay a caller who aborts', async () => {
    const link = await linkToTemporal();
    const orders = await connected(link.target);
    link.fail({ kind: 'cut' });

    const call = orders.state('some-order', { signal: AbortSignal.timeout(200) });

    await expect(deadline(call, 2_000, 'the abort')).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
