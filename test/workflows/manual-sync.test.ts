import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { SyncReport } from '../../src/domain/order/sync-report.ts';
import type { StoredEvent } from '../../src/ports/trade-store.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { signalRaw } from '../support/raw-payload.ts';
import { SLOW } from '../support/policies.ts';
import { fillUnseen, monitored } from '../support/scenario.ts';
import { eventually } from '../support/waiting.ts';

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine();
});
afterAll(() => test?.stop());

function syncNow(handle: WorkflowHandle, argument?: unknown): Promise<SyncReport> {
  return argument === undefined
    ? handle.executeUpdate<SyncReport, []>('syncNow')
    : handle.executeUpdate<SyncReport, [unknown]>('syncNow', { args: [argument] });
}

async function syncsOf(clientOrderId: string): Promise<StoredEvent[]> {
  return (await test.trades.events(clientOrderId)).filter(({ cause }) => cause.startsWith('manual_sync'));
}

describe('a manual sync', () => {
  it('by the signal with no argument completes an order whose fill nobody saw', async () => {
    const request = marketOrder({ policy: SLOW });
    const handle = await monitored(test, request);
    fillUnseen(test, request);

    await handle.signal('manualSync');

    expect(await test.outcome(handle)).toMatchObject({
      status: 'completed',
      detectedBy: 'manual-sync',
      immediateFill: false,
    });
    expect(await syncsOf(request.clientOrderId)).toMatchObject([
      { cause: 'manual_sync', source: 'look', toStatus: 'completed', requestedBy: null, reason: null },
    ]);
  });

  it('completes an order that is stale, and records who asked and why', async () => {
    const request = marketOrder({ policy: { ...SLOW, monitorForMs: 1_000 } });
    const handle = await monitored(test, request);
    await test.untilState(request.clientOrderId, ({ state }) => state === 'stale');
    fillUnseen(test, request);

    await handle.signal('manualSync', { requestedBy: 'mia', reason: 'stale alert' });

    expect(await test.outcome(handle)).toMatchObject({
      status: 'completed',
      detectedBy: 'manual-sync',
      staleSince: null,
    });
    expect(await syncsOf(request.clientOrderId)).toMatchObject([
      { fromStatus: 'stale', toStatus: 'completed', requestedBy: 'mia', reason: 'stale alert' },
    ]);
  });

  it('by the update reports what was before, what the exchange said and what is after', async () => {
    const request = limitOrder({ policy: SLOW });
    const handle = await monitored(test, request);
    fillUnseen(test, request, '0.5');

    const report = await syncNow(handle, { requestedBy: 'mia', reason: 'looks slow' });

    const before = { state: 'monitoring', status: 'pending', filledSize: '0', filledAt: null };
    expect(report).toEqual({
      orderId: test.simulator.ledger.orderByClientId(request.clientOrderId)?.orderId,
      clientOrderId: request.clientOrderId,
      requestedBy: 'mia',
      reason: 'looks slow',
      before,
      coinbase: expect.objectContaining({ status: 'OPEN', filledSize: '0.001', averageFilledPrice: '50000' }),
      after: { ...before, filledSize: '0.001' },
      changed: true,
      syncedAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T.*Z$/),
      error: null,
    });
    expect(await test.state(request.clientOrderId)).toMatchObject({
      filledSize: '0.001',
      lastCheckedAt: report.syncedAt,
    });

    const again = await syncNow(handle);
    expect(again).toMatchObject({
      before: report.after,
      after: report.after,
      changed: false,
      requestedBy: null,
      reason: null,
    });
    fillUnseen(test, request);
    expect(await syncNow(handle)).toMatchObject({
      after: { state: 'completed', status: 'completed', filledSize: '0.002' },
      changed: true,
    });
    expect(await test.outcome(handle)).toMatchObject({ status: 'completed', detectedBy: 'manual-sync' });
  });

  it('changes nothing while the exchange is out of reach, and says why', async () => {
    const request = limitOrder({ policy: SLOW });
    const { clientOrderId } = request;
    const handle = await monitored(test, request);
    const before = await test.trades.find(clientOrderId);
    test.simulator.faults.add({
      match: { endpoint: 'getOrder', clientOrderId, times: 1 },
      do: { kind: 'reset', when: 'before' },
    });

    const report = await syncNow(handle, { requestedBy: 'mia', reason: null });

    expect(report).toMatchObject({ coinbase: null, changed: false, error: expect.stringContaining('GET') });
    expect(report.after).toEqual(report.before);
    expect(await syncsOf(clientOrderId)).toMatchObject([{ cause: 'manual_sync_failed', requestedBy: 'mia' }]);
    expect(await test.trades.find(clientOrderId)).toEqual({ ...before, updatedAt: expect.any(String) });
    test.simulator.exchange.act(clientOrderId, { do: 'fill' });
    expect(await syncNow(handle)).toMatchObject({ changed: true });
    await test.outcome(handle);
  });

  it('asked for by several at once is done one after the other', async () => {
    const request = marketOrder({ policy: SLOW });
    const handle = await monitored(test, request);
    fillUnseen(test, request);

    const reports = await Promise.all(
      ['ann', 'ben', 'cleo'].map((requestedBy) => syncNow(handle, { requestedBy, reason: null })),
    );

    expect(reports.filter(({ changed }) => changed)).toHaveLength(1);
    for (const report of reports) expect(report.after.status).toBe('completed');
    await test.outcome(handle);
    expect(await syncsOf(request.clientOrderId)).toHaveLength(3);
  });

  const ODD: readonly [what: string, payload: { encoding: string; data: string }, recorded: unknown][] = [
    ['null', { encoding: 'binary/null', data: '' }, undefined],
    ['an empty text', { encoding: 'json/plain', data: '""' }, ''],
    ['a number', { encoding: 'json/plain', data: '5' }, 5],
    ['an unknown object', { encoding: 'json/plain', data: '{"who":"mia"}' }, { who: 'mia' }],
    ['a known field of another type', { encoding: 'json/plain', data: '{"requestedBy":7}' }, { requestedBy: 7 }],
    ['a text that no database stores', { encoding: 'json/plain', data: '"a\\u0000b\\ud800"' }, 'a\ufffdb\ufffd'],
    ['bytes that are no JSON', { encoding: 'json/plain', data: '{requestedBy: mia' }, '{requestedBy: mia'],
    ['no bytes at all', { encoding: 'json/plain', data: '' }, ''],
    ['an encoding that nobody knows', { encoding: 'binary/secret', data: 'xyz' }, 'xyz'],
    ['no encoding', { encoding: '', data: 'xyz' }, 'xyz'],
  ];

  it.each(ODD)(
    'with %s is done as without an argument, and records it as it came',
    async (_what, payload, recorded) => {
      const request = marketOrder({ policy: SLOW });
      const handle = await monitored(test, request);

      await signalRaw(test.client, handle.workflowId, 'manualSync', payload);

      const [event] = await eventually(
        async () => {
          const events = await syncsOf(request.clientOrderId);
          return events.length > 0 ? events : undefined;
        },
        { withinMs: 20_000, what: 'the sync' },
      );
      expect(event).toMatchObject({ cause: 'manual_sync', requestedBy: null, reason: null });
      expect(event?.evidence?.['argument']).toEqual(recorded);
      fillUnseen(test, request);
      await handle.signal('manualSync');
      expect(await test.outcome(handle)).toMatchObject({ status: 'completed' });
    },
  );
});
