/** Generated orders as after a year of trading: of many bots, nearly all ended long ago, each with its events, fills and history. */
import type { Sql } from '../world.ts';

/** Depends on the number of the trade, so that the same size always generates the same rows. */
const RANDOM = (seed: number): string => `(hashint8extended(n, ${seed}) & 1048575) / 1048576.0::float8`;

const SPAN = `interval '365 days'`;

/** Half of the open orders were just placed, the others have been open for weeks. */
function openOrders(trades: number): number {
  return Math.min(1_000, Math.floor(trades / 200));
}

/**
 * The first bots and products trade most. The last ten bots and the last two products have not been seen for most of the
 * year, and bot 180 trades hardly ever. A resting order has eight events and a market order five: six on average.
 */
const TRADES = `
  insert into trades (client_order_id, order_id, bot_id, product_id, side, order_configuration, policy, status,
    post_attempts, post_attempted_at, immediate_fill, fill_detected_at, filled_at, detected_by, filled_size,
    average_filled_price, filled_value, total_fees, fills_complete, reason, stale_since, monitored_since, ended_at,
    exchange_status, last_checked_at, created_at, updated_at)
  select bot_id || '-' || to_char(created_at, 'YYYYMMDD') || '-' || lpad(n::text, 9, '0'),
    case when status not in ('failed', 'rejected') and not (is_open and status = 'placing') then md5(n::text)::uuid::text end,
    bot_id, product_id, case when c < 0.5 then 'BUY' else 'SELL' end,
    case when rests then '{"limit_limit_gtc": {"base_size": "0.002", "limit_price": "50000.00", "post_only": false}}'
      else '{"market_market_ioc": {"quote_size": "100.00"}}' end::jsonb,
    '{"place_for_ms": 30000, "immediate_check_attempts": 10, "immediate_check_interval_ms": 500, "monitor_interval_ms": 2000, "monitor_for_ms": 300000}'::jsonb,
    status, 1, created_at, not rests and status = 'completed',
    case when status = 'completed' then ended_at end, case when status = 'completed' then ended_at end,
    case when not is_open then case when n % 2003 = 0 then 'reconciliation' when n % 5003 = 0 then 'manual-sync'
      when rests then 'monitoring' else 'immediate-check' end end,
    case when status = 'completed' then 0.002 else 0 end, case when status = 'completed' then 50000 end,
    case when status = 'completed' then 100 end, case when status = 'completed' then 0.6 end,
    not is_open and n % 300007 <> 0, case when status in ('failed', 'rejected') then 'INSUFFICIENT_FUND' end,
    case when status = 'stale' then created_at end, case when rests then created_at + interval '5 seconds' end,
    ended_at, case status when 'completed' then 'FILLED' when 'cancelled' then 'CANCELLED' else 'OPEN' end,
    coalesce(ended_at, created_at), created_at, coalesce(ended_at + interval '2 seconds', created_at + interval '5 seconds')
  from (
    select *, case when is_open then case when n % 97 = 0 then 'stale' when n % 89 = 0 then 'placing' else 'pending' end
        when d < 0.0005 then 'failed' when d < 0.005 then 'rejected' when rests and d < 0.02 then 'expired'
        when rests and d < 0.25 then 'cancelled' else 'completed' end as status,
      case when not is_open then created_at + case when rests then d * interval '6 hours' else interval '0.4 seconds' end end as ended_at
    from (
      select *, 'bot' || case when a < 0.00001 then 180 when b < 0.1 and a > 0.9 then 190 + floor(c * 10)
          else floor(180 * a * a) end as bot_id,
        case when b < 0.1 and c > 0.95 then 'OLD' || floor(a * 2) || '-USD' else 'P' || floor(30 * c * c) || '-USD' end as product_id,
        ?::timestamptz - ${SPAN} * (1 - b) as created_at,
        is_open or d2 < 0.3 as rests
      from (
        select n, n / ?::float8 as b, ${RANDOM(1)} as a, ${RANDOM(2)} as c, ${RANDOM(3)} as d, ${RANDOM(4)} as d2,
          n > ?::bigint or n % ?::bigint = 0 as is_open
        from generate_series(?::bigint, ?::bigint) n
      ) drawn
    ) placed
  ) ended
  order by n`;

const RESTS = `jsonb_exists(t.order_configuration, 'limit_limit_gtc')`;
const IS_OPEN = `t.status in ('placing', 'pending', 'stale')`;

const EVENTS = `
  insert into order_events
    (client_order_id, at, from_status, to_status, state, cause, source, reason, evidence, fact_key)
  select client_order_id, created_at + k * interval '0.1 seconds',
    case when k = 1 then null when k <= first_seen then 'placing' when k <= before_end then 'pending' else status end,
    case when k < first_seen then 'placing' when k < before_end then 'pending' else status end,
    case when k <= 2 then 'placed' when k < first_seen then 'immediate-check' when k < before_end then 'monitoring'
      when status in ('completed', 'stale') then status when status = 'pending' then 'monitoring'
      when status = 'placing' then 'placed' else 'closed' end,
    case k when 1 then 'intent' when 2 then 'post_attempt' when 3 then 'accepted' else case when k = last then 'fills' else 'observed' end end,
    case k when 1 then 'bot' when 2 then 'post' when 3 then 'post' else 'sweep' end,
    case when k > 3 then reason end,
    case k when 1 then jsonb_build_object('clientOrderId', client_order_id, 'botId', bot_id, 'productId', product_id,
        'side', side, 'orderConfiguration', order_configuration)
      when 2 then '{"attempt": 1}'::jsonb when 3 then null
      else jsonb_build_object('orderId', order_id, 'status', status, 'filledSize', filled_size, 'lastFillTime', filled_at) end,
    case when k > 2 then 'feed/' || created_at || '/' || status || '/' || k end
  from (
    select t.*, case when ${RESTS} then 8 else 5 end as last, 4 as first_seen,
      case when ${RESTS} then 7 else 4 end as before_end, ${IS_OPEN} as is_open
    from trades t where t.id between ? and ?
  ) t cross join lateral generate_series(1, case when is_open then 4 else last end) k
  order by t.id, k`;

/** Every third order was filled in two parts. */
const FILLS = `
  insert into fills (entry_id, trade_id, order_id, trade_time, trade_type, price, size, size_in_quote, commission,
    product_id, side, liquidity_indicator)
  select md5(order_id || k)::uuid::text, md5(k || order_id)::uuid::text, order_id, filled_at, 'FILL', 50000, 0.002, false, 0.6,
    product_id, side, 'TAKER'
  from trades t cross join lateral generate_series(1, case when t.id % 3 = 0 then 2 else 1 end) k
  where t.id between ? and ? and t.status = 'completed' order by t.id, k`;

/** Of the last quarter of a year, as with ORDER_SYNC_HISTORY_DAYS=90. Each has a hundredth of the size of a real history. */
const HISTORIES = `
  insert into workflow_histories (client_order_id, workflow_id, run_id, close_status, build_id, started_at, closed_at,
    final_state, event_count, history, sha256)
  select client_order_id, 'order-' || client_order_id, md5(client_order_id)::uuid::text, 'COMPLETED', 'build', created_at,
    ended_at, null, 9, decode('1f8b08000000000002ffabae050043bfa6a302000000', 'hex'), encode(sha256(client_order_id::bytea), 'hex')
  from trades t
  where t.id between ? and ? and t.id > 0.75 * ?::bigint and not ${IS_OPEN} order by t.id`;

/** Half of those whose histories are not there were lost, as if the archive had not run then; it has found that since. */
const RUNS = `
  insert into unarchived_runs (client_order_id, run_id, noted_at, lost_at)
  select client_order_id, md5(client_order_id)::uuid::text, created_at, lost_at
  from (
    select t.*, case when t.id % 2 = 0 and t.id <= 0.75 * ?::bigint and not ${IS_OPEN}
      then ?::timestamptz - (?::timestamptz - interval '91 days' - ended_at) / 3 end as lost_at
    from trades t
  ) t
  where t.id between ? and ? and (${IS_OPEN} or lost_at is not null or t.id > ?::bigint)`;

/** Hashes of no real leaves: the proofs are not measured. */
const LEAVES = `
  insert into log_leaves (index, kind, ref, hash, written_in, row_id)
  select ?::bigint + row_number() over (order by written_in, rank, row_id) - 1, kind, ref, sha256(int8send(row_id)), written_in, row_id
  from (
    select 1 as rank, 'event' as kind, id::text as ref, id as row_id, written_in from order_events where id > ?::bigint
    union all select 2, 'fill', entry_id, id, written_in from fills where id > ?::bigint
    union all select 3, 'archive', run_id, id, written_in from workflow_histories where id > ?::bigint
  ) rows`;

interface Ends {
  event: string;
  fill: string;
  history: string;
  leaves: string;
}

/** Trades number `from` to `to` of `trades`, the last of which was placed at `until`. */
export async function makeOrders(
  { query }: Pick<Sql, 'query'>,
  { from, to, trades, until }: { from: number; to: number; trades: number; until: string },
): Promise<void> {
  const [ends] = await query<Ends>(
    `select (select coalesce(max(id), 0) from order_events) as event, (select coalesce(max(id), 0) from fills) as fill,
       (select coalesce(max(id), 0) from workflow_histories) as history,
       (select coalesce(max(index) + 1, 0) from log_leaves) as leaves`,
  );
  const { event, fill, history, leaves } = ends as Ends;
  const open = openOrders(trades);
  await query(TRADES, [until, trades, trades - open / 2, Math.floor((2 * trades) / open), from, to]);
  await query(EVENTS, [from, to]);
  await query(FILLS, [from, to]);
  await query(HISTORIES, [from, to, trades]);
  await query(RUNS, [trades, until, until, from, to, trades - open]);
  await query(LEAVES, [leaves, event, fill, history]);
}
