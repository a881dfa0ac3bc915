/** The status page as the server gives it, on a real database; what a browser makes of it is tested by itself. */
import { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import {
  migratedDatabase,
  msAgo,
  newIntent,
  notedFact,
  observedFact,
  placementClosedFact,
  placingTrade,
} from '../database/fixtures.ts';
import { call, type Call } from './caller.ts';
import { startTestHttp, type TestHttp } from './server.ts';

const TOKEN = 'correct-horse-battery-staple';
const BEARER = { authorization: `Bearer ${TOKEN}` };
const HOSTILE = `"><script>alert('x')</script><img src=x onerror=alert(1)>`;
const RESTING = { orderConfiguration: { limit_limit_gtc: { base_size: '0.002', limit_price: '50000.00' } } };

let db: Database;
let sql: MikroORM;
let http: TestHttp;

beforeAll(async () => {
  const migrated = await migratedDatabase();
  db = migrated.db;
  http = await startTestHttp(db, { token: TOKEN });
  sql = new MikroORM({ clientUrl: migrated.url, entities: [], discovery: { warnWhenNoEntities: false } });
});
afterAll(async () => {
  await sql.close();
  await http.close();
  await db.close();
});

async function ask(
  path: string,
  { headers = BEARER, ...options }: Call = {},
): Promise<{ status: number; html: string }> {
  const { status, body } = await call(`${http.url}${path}`, { headers, ...options });
  return { status, html: String(body['text']) };
}

/** An order that was placed so long ago. */
async function oldTrade(ageMs: number, fields: Parameters<typeof newIntent>[0]) {
  const { trade } = await db.trades.insertIntent(newIntent(fields), { requestedAt: msAgo(ageMs), attempt: false });
  return trade;
}

function statement(text: string): Promise<unknown> {
  return sql.em.getConnection().execute(text);
}

describe('the document', () => {
  it('needs no token, shows no order, and allows nothing inline and nothing from other sites', async () => {
    const { clientOrderId } = await placingTrade(db, { botId: 'secretive' });
    const { status, headers, body } = await call(`${http.url}/?order=${clientOrderId}`);
    const page = String(body['text']);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe|http|\*/);
    expect(page).toContain(`hx-get="/page/orders/${clientOrderId}"`);
    expect(page).not.toMatch(/<script>|<style| style=| on\w+=|https?:/);
    expect(page).not.toContain('secretive');
  });

  it('serves everything that it loads, which the browser caches until it changes', async () => {
    const page = String((await call(`${http.url}/`)).body['text']);
    const loaded = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);
    expect(loaded).toHaveLength(5);
    for (const path of [...loaded, '/assets/plots.js', '/assets/session.js', '/assets/stream.js', '/assets/uplot.js']) {
      const { status, headers } = await call(`${http.url}${path}`);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toMatch(/javascript|css|svg/);
      const etag = headers.get('etag') ?? '';
      expect((await call(`${http.url}${path}`, { headers: { 'if-none-match': etag } })).status).toBe(304);
    }
  });
});

describe('what shows orders', () => {
  const parts = ['blocked', 'health', 'orders', 'orders/x', 'reconciliation', 'ended', 'halt', 'resume'];
  it.each(parts)('needs the token: /page/%s', async (part) => {
    const { status, html } = await ask(`/page/${part}`, { headers: {} });
    expect(status).toBe(401);
    expect(html).toContain('The token is missing or wrong');
  });

  it('cannot be posted to by another site, nor by a form', async () => {
    const open = await startTestHttp(db);
    const body = { requested_by: 'eve', reason: 'because' };
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      for (const path of ['/page/halt', '/page/resume', '/page/orders/x/sync', '/page/orders/x/cancel']) {
        expect((await call(`${open.url}${path}`, { body, headers })).status).toBe(403);
      }
    }
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const posted = await call(`${open.url}/page/halt`, { body: 'requested_by=eve&reason=x', headers: form });
    expect(posted.status).toBe(415);
    expect(await db.halts.list()).toEqual([]);
    await open.close();
  });

  it('shows whatever a bot, an operator or the exchange wrote as text', async () => {
    const trade = await placingTrade(db, { botId: HOSTILE, productId: HOSTILE.slice(0, 60) });
    const { clientOrderId } = trade;
    await db.trades.apply(clientOrderId, observedFact(trade, { status: HOSTILE, reason: HOSTILE }));
    await db.trades.apply(clientOrderId, notedFact({ requester: { requestedBy: HOSTILE, reason: HOSTILE } }));
    await db.halts.halt({ botId: HOSTILE, requestedBy: HOSTILE, reason: HOSTILE, cancelOpen: false });
    const query = `?bot_id=${encodeURIComponent(HOSTILE)}`;
    for (const path of ['blocked', `orders${query}`, `orders/${clientOrderId}`, `halt${query}`, `resume${query}`]) {
      const { status, html } = await ask(`/page/${path}`);
      expect(status).toBe(200);
      expect(html).toContain('&lt;script&gt;');
      expect(html).not.toMatch(/<script|<img/);
    }
    const unknown = await ask(`/page/orders/${encodeURIComponent(HOSTILE)}`);
    expect(unknown.status).toBe(404);
    expect(unknown.html).not.toMatch(/<script|<img/);
    await db.halts.resume({ botId: HOSTILE, requestedBy: 'ann', reason: 'over' });
  });
});

describe('the blocked bots', () => {
  it('are those that wait longer than they should, the oldest first, each with the reason; others are listed apart', async () => {
    await oldTrade(50_000, { botId: 'young' });
    await oldTrade(5_000, { botId: 'fresh' });
    const resting = await oldTrade(9_000_000, { botId: 'resting', ...RESTING });
    await statement(
      `update trades set status = 'pending', order_id = 'r1' where client_order_id = '${resting.clientOrderId}'`,
    );
    const missed = await oldTrade(70_000, { botId: 'missed', ...RESTING });
    await statement(
      `update trades set status = 'pending', order_id = 'm1' where client_order_id = '${missed.clientOrderId}'`,
    );
    await statement(
      `insert into sync_issues (kind, client_order_id) values ('missed_fill', '${missed.clientOrderId}')`,
    );

    const { items, overdue, total } = await db.board.blockedBots(50);
    const bots = items.map(({ trade, isOverdue }) => [trade.botId, isOverdue]);
    const mine = bots.filter(([bot]) => ['young', 'fresh', 'resting', 'missed'].includes(String(bot)));
    expect(mine).toEqual([
      ['missed', true],
      ['young', true],
      ['resting', false],
      ['fresh', false],
    ]);
    expect(overdue).toBe(items.filter(({ isOverdue }) => isOverdue).length);
    expect(total).toBe(items.length);

    const { html } = await ask('/page/blocked');
    expect(html).toMatch(
      /<strong>missed<\/strong>[\s\S]*blocked for 1 min[\s\S]*The exchange has filled it, and the bot was not told/,
    );
    expect(html).toMatch(/<details[\s\S]*<strong>resting<\/strong>/);
    const unresolved = await ask('/page/orders?view=unresolved');
    expect(unresolved.html).toContain(missed.clientOrderId);
    expect(unresolved.html).not.toContain(resting.clientOrderId);
  });
});

describe('with ten thousand open orders', () => {
  it('gives a page of them at a time, and each once', async () => {
    await statement(`insert into trades (client_order_id, bot_id, product_id, side, order_configuration, policy, status, created_at)
      select 'grid-' || n, 'grid', 'BTC-USD', 'BUY', order_configuration, policy, 'pending', clock_timestamp() - n * interval '1 second'
      from trades, generate_series(1, 10000) n where bot_id = 'resting'`);
    const seen = new Set<string>();
    let path = '/page/orders?view=open&bot_id=grid';
    for (let pages = 0; pages < 3; pages += 1) {
      const { html } = await ask(path);
      const rows = [...html.matchAll(/id="row-([^"]+)"/g)].map(([, id]) => id ?? '');
      expect(rows).toHaveLength(25);
      for (const row of rows) seen.add(row);
      expect(html).toMatch(/Open 100\d\d/);
      path = /hx-get="([^"]*)"[^>]*>\s*Older/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    }
    expect(seen.size).toBe(75);
    const blocked = await ask('/page/blocked');
    expect(blocked.html).toMatch(/<strong>grid<\/strong>[\s\S]*10000/);
    expect(blocked.html.length).toBeLessThan(60_000);
  });
});

describe('the buttons for a whole list', () => {
  it('are those that apply to it', async () => {
    await oldTrade(1_000, { botId: 'listed', ...RESTING });
    const buttons = async (view: string) => {
      const { html } = await ask(`/page/orders?view=${view}&bot_id=listed`);
      return [...html.matchAll(/hx-get="(\/page\/many[^"]*)"/g)].map(([, path]) => path?.replaceAll('&amp;', '&'));
    };
    expect(await buttons('open')).toEqual(
      ['sync', 'cancel'].map((kind) => `/page/many/${kind}?view=open&bot_id=listed`),
    );
    expect(await buttons('ended')).toEqual([]);
    expect(await buttons('stale')).toEqual([]);
  });

  it('ask for a reason, and show which orders are meant', async () => {
    const few = await ask('/page/many/cancel?view=open&bot_id=listed');
    expect(few.html).toMatch(/Cancel the orders of this list[\s\S]*1 order \(open of listed\)[\s\S]*placing/);
    expect(few.html).toMatch(/name="bot_id" value="listed"[\s\S]*name="reason"[^>]*required/);
    const many = await ask('/page/many/sync?view=open&bot_id=grid');
    expect(many.html).toMatch(/More than 10 orders[\s\S]*grid-10[\s\S]*and more/);
    const stale = await ask('/page/many/resolve?view=stale');
    expect(stale.html).toMatch(/It has ended as[\s\S]*value="failed"/);
    expect((await ask('/page/many/cancel?view=ended')).status).toBe(400);
    const body = { view: 'open', bot_id: 'listed', requested_by: 'ann', reason: ' ' };
    expect((await ask('/page/many/cancel', { body })).status).toBe(400);
  });

  it('report the result for each order', async () => {
    const asked = { view: 'open', requested_by: 'ann', reason: 'tidy up' };
    const one = await ask('/page/many/cancel', { body: { ...asked, bot_id: 'listed' } });
    expect(one.html).toMatch(/<h2>1 failed<\/h2>[\s\S]*failed: [^<]*Temporal/);
    expect(one.html).not.toContain('Continue with the rest');
  });
});

describe('a button', () => {
  it('halts and resumes for whoever gives a name and a reason, and says so above the page', async () => {
    const body = { bot_id: 'buttons', requested_by: 'ann', reason: 'mad', cancel_open: 'yes' };
    const refused = await ask('/page/halt', { body: { ...body, reason: ' ' } });
    expect(refused.status).toBe(400);
    expect(refused.html).toContain('reason: must match');
    const { headers, body: answer } = await call(`${http.url}/page/halt`, { body, headers: BEARER });
    expect(headers.get('hx-retarget')).toBe('#notice');
    expect(answer['text']).toContain('Bot buttons is halted.');
    expect(await db.halts.list()).toMatchObject([{ botId: 'buttons', requestedBy: 'ann', cancelOpen: true }]);
    expect((await ask('/page/blocked')).html).toMatch(/Bot buttons is halted[\s\S]*not flat/);
    await ask('/page/resume', { body: { bot_id: 'buttons', requested_by: 'bob', reason: 'fine' } });
    expect(await db.halts.list()).toEqual([]);
  });

  it('says what is unreachable', async () => {
    const { clientOrderId } = await placingTrade(db);
    const { status, html } = await ask(`/page/orders/${clientOrderId}/sync`, { body: { requested_by: 'ann' } });
    expect(status).toBe(503);
    expect(html).toContain('Temporal is out of reach');
    const health = await ask('/page/health');
    expect(health.html).toMatch(/Temporal<\/dt>[\s\S]*?out of reach[\s\S]*?Database<\/dt>[\s\S]*?ready/);
  });

  it("names only the process whose clock differs from the exchange's", async () => {
    await db.clockOffsets.record({ process: '1@other', clock: 'database', offsetMs: 80 });
    const before = await ask('/page/health');
    await db.clockOffsets.record({ process: '77@elsewhere', clock: 'exchange', offsetMs: 7_200 });
    const after = await ask('/page/health');

    expect(before.html).toMatch(/Clocks<\/dt>[\s\S]*?agree[\s\S]*?exchange 0\.0 s</);
    expect(after.html).toMatch(/Clocks<\/dt>[\s\S]*?apart[\s\S]*?exchange 0\.0 s, exchange 7\.2 s for 77@elsewhere</);
  });

  it('shows what waits to be archived, since when, and what came too late', async () => {
    const none = await ask('/page/health');
    const { clientOrderId } = await placingTrade(db);
    await db.histories.noteRun({ clientOrderId, runId: 'r-1' });
    await db.trades.apply(clientOrderId, placementClosedFact());
    await statement(
      `update trades set ended_at = ended_at - interval '7 hours' where client_order_id = '${clientOrderId}'`,
    );
    const late = await ask('/page/health');
    await db.histories.markLost({ clientOrderId, runId: 'r-1' });
    const lost = await ask('/page/health');

    expect(none.html).toMatch(/Archive<\/dt>[\s\S]*?kept up[\s\S]*?none waits</);
    expect(late.html).toMatch(/Archive<\/dt>[\s\S]*?bad">late[\s\S]*?1 history waits for up to 7 h 00 min</);
    expect(lost.html).toMatch(
      /Archive<\/dt>[\s\S]*?bad">1 lost[\s\S]*?dropped by Temporal too early, found in the last week; none waits</,
    );
  });
});
