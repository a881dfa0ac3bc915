import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { hostname } from 'node:os';
import type { AddressInfo } from 'node:net';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { Registry } from 'prom-client';
import { createAlerts, type AlertCentre } from '../../src/alerts/alerts.ts';
import type { IssueAlert } from '../../src/ports/alerts.ts';
import { tradeLike } from '../domain/reconciliation/builders.ts';
import { eventually } from '../support/waiting.ts';

const MISSED: IssueAlert = {
  stage: 'found',
  level: 'warning',
  issueId: '7',
  kind: 'missed_fill',
  clientOrderId: 'bot7-1',
  orderId: 'o-1',
  botId: 'bot7',
  dbStatus: 'pending',
  exchangeStatus: 'FILLED',
  ageHours: '1.5000',
  detail: 'the order is FILLED at the exchange and pending here',
  isStuck: false,
};

let server: Server | undefined;
let centre: AlertCentre | undefined;
afterEach(async () => {
  await centre?.close();
  server?.closeAllConnections();
  await new Promise((done) => (server === undefined ? done(null) : server.close(done)));
  server = undefined;
});

/** A receiver that answers with these statuses, the last one for ever. */
async function receiver(...statuses: number[]): Promise<{ url: string; taken: Record<string, unknown>[] }> {
  const taken: Record<string, unknown>[] = [];
  let count = 0;
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const status = statuses[Math.min(count, statuses.length - 1)] ?? 200;
      count += 1;
      if (status === 200) taken.push(JSON.parse(body) as Record<string, unknown>);
      response.writeHead(status).end('ok');
    });
  });
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/secret`, taken };
}

function alertsTo(webhookUrl?: string): { alerts: AlertCentre; logged: LogEntry[]; metrics: Registry } {
  const logged: LogEntry[] = [];
  const metrics = new Registry();
  const log = new DefaultLogger('INFO', (entry) => logged.push(entry));
  const alerts = createAlerts({
    log,
    metrics,
    firstWaitMs: 1,
    ...(webhookUrl !== undefined && { webhookUrl }),
  });
  centre = alerts;
  return { alerts, logged, metrics };
}

describe('an alert', () => {
  it('names the order, the bot, both statuses, the age and the command that syncs it', async () => {
    const { url, taken } = await receiver(200);
    const { alerts, logged, metrics } = alertsTo(url);

    alerts.reportIssue(MISSED);
    await eventually(() => taken.length === 1, { withinMs: 5_000, what: 'the alert' });

    expect(taken[0]).toMatchObject({
      text: 'missed_fill: the order is FILLED at the exchange and pending here. Order bot7-1 of bot7, 1.5 h old, is pending here and FILLED at the exchange. order-sync sync bot7-1',
      kind: 'missed_fill',
      level: 'warning',
      clientOrderId: 'bot7-1',
      remedy: 'order-sync sync bot7-1',
    });
    expect(logged.map(({ level, meta }) => [level, meta?.['alert']])).toEqual([['WARN', 'missed_fill']]);
    expect(await metrics.metrics()).toContain('order_sync_alerts_total{kind="missed_fill",level="warning"} 1');
  });

  it('is sent when an issue is found, when it becomes worse, and when it is resolved', async () => {
    const { url, taken } = await receiver(200);
    const { alerts } = alertsTo(url);

    alerts.reportIssue(MISSED);
    alerts.reportIssue(MISSED);
    alerts.reportIssue({ ...MISSED, stage: 'escalated', level: 'critical' });
    alerts.reportIssue({ ...MISSED, stage: 'resolved', detail: 'repaired: completed' });
    await eventually(() => taken.length === 3, { withinMs: 5_000, what: 'the alerts' });

    expect(taken.map(({ stage, level }) => [stage, level])).toEqual([
      ['found', 'warning'],
      ['escalated', 'critical'],
      ['resolved', 'info'],
    ]);
    expect(taken[2]?.['text']).toBe('Resolved missed_fill of order bot7-1: repaired: completed.');
  });

  it('of an order whose workflow is stuck names no command that would wait for the workflow', async () => {
    const { url, taken } = await receiver(200);
    const { alerts } = alertsTo(url);

    alerts.reportIssue({ ...MISSED, kind: 'no_workflow', level: 'critical', isStuck: true });
    await eventually(() => taken.length === 1, { withinMs: 5_000, what: 'the alert' });

    expect(taken[0]?.['remedy']).toBe('temporal workflow show --workflow-id order-bot7-1');
  });

  it('of runs that fail in the same outage is sent once, whatever times and reasons they name', async () => {
    const { url, taken } = await receiver(200);
    const { alerts } = alertsTo(url);
    const runAt = (time: string, reason: string, left: number) => [
      `orders created since ${time}: ${reason}`,
      `fills since ${time}: not asked, because the exchange did not answer 3 times in a row`,
      `${left} trades that no listing shows were left out`,
    ];

    alerts.reportRun({ runId: '1', status: 'partial', gaps: runAt('2026-11-23T12:00:00.000Z', 'HTTP 503', 12) });
    alerts.reportRun({
      runId: '2',
      status: 'partial',
      gaps: runAt('2026-11-23T12:01:00.123Z', 'no answer', 7).toReversed(),
    });
    alerts.reportRun({ runId: '3', status: 'partial', gaps: ['ended trades: the database does not answer'] });
    await eventually(() => taken.length === 2, { withinMs: 5_000, what: 'the alerts' });

    expect(taken.map(({ runId }) => runId)).toEqual(['1', '3']);
  });

  it("raised by an order's own workflow is sent in the same way", async () => {
    const { url, taken } = await receiver(200);
    const { alerts } = alertsTo(url);

    alerts.raise({ kind: 'stale', message: 'bot7-1 has not ended' }, tradeLike({ status: 'stale' }));
    await eventually(() => taken.length === 1, { withinMs: 5_000, what: 'the alert' });

    expect(taken[0]).toMatchObject({ kind: 'stale', status: 'stale', remedy: 'order-sync sync bot7-1' });
  });

  it('about a clock names the machine that it is compared with, and is repeated at intervals', async () => {
    const { url, taken } = await receiver(200);
    const { alerts } = alertsTo(url);

    for (const offsetMs of [-7_240, -7_250]) alerts.reportClock({ clock: 'exchange', offsetMs, stage: 'found' });
    alerts.reportClock({ clock: 'exchange', offsetMs: -100, stage: 'resolved' });
    alerts.reportClock({ clock: 'database', offsetMs: 31_000, stage: 'found' });
    await eventually(() => taken.length === 3, { withinMs: 5_000, what: 'the alerts' });

    expect(taken.map(({ level }) => level)).toEqual(['warning', 'info', 'warning']);
    expect(taken[0]?.['text']).not.toContain('No order is placed');
    expect(taken[2]?.['text']).toContain('is 31.0 s ahead of ours');
    expect(taken[2]?.['text']).toContain('No order is placed as long as it is.');
    expect(taken[0]).toMatchObject({ kind: 'clock-offset', clock: 'exchange', offsetMs: '-7240' });
    expect(taken[0]?.['text']).toContain(
      `The clock of the exchange is 7.2 s behind ours (the worker on ${hostname()})`,
    );
  });

  it('is retried until the webhook accepts it', async () => {
    const { url, taken } = await receiver(500, 503, 200);
    const { alerts, logged } = alertsTo(url);

    alerts.reportIssue(MISSED);
    await eventually(() => taken.length === 1, { withinMs: 5_000, what: 'the alert' });

    expect(logged).toHaveLength(1);
  });

  it('that no webhook accepts is logged without the address, and delays nothing', async () => {
    const { url } = await receiver(500);
    const { alerts, logged } = alertsTo(url);

    const startedAt = Date.now();
    for (let issue = 0; issue < 100; issue += 1) alerts.reportIssue({ ...MISSED, issueId: String(issue) });
    expect(Date.now() - startedAt).toBeLessThan(1_000);

    await eventually(() => logged.find(({ message }) => message === 'an alert did not reach the webhook'), {
      withinMs: 5_000,
      what: 'the failure in the log',
    });
    expect(JSON.stringify(logged.map(({ message, meta }) => ({ message, meta })))).not.toContain('secret');
  });
});
