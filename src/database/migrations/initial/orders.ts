/**
 * Trades, their fills and their events. Lists are read along an index of their order, so that it does not count how many
 * rows there are; what is rare has a partial one, which costs nearly every order nothing. Ids have the collation "C" here and
 * wherever they are joined: so an index finds the first characters of one, whatever the database's own collation.
 */
export const TRADES = `
  create table trades (
    id bigint generated always as identity primary key,
    client_order_id text collate "C" not null,
    order_id text collate "C",
    bot_id text not null,
    product_id text not null,
    side text not null,
    order_configuration jsonb not null,
    policy jsonb not null,
    status text not null,
    post_attempts integer not null default 0,
    post_attempted_at timestamptz,
    post_denials integer not null default 0,
    immediate_fill boolean not null default false,
    fill_detected_at timestamptz,
    filled_at timestamptz,
    detected_by text,
    filled_size numeric not null default 0,
    average_filled_price numeric,
    filled_value numeric,
    total_fees numeric,
    fills_complete boolean not null default false,
    reason text,
    stale_since timestamptz,
    monitored_since timestamptz,
    ended_at timestamptz,
    exchange_status text,
    pending_cancel boolean not null default false,
    last_checked_at timestamptz,
    cancel_requested_at timestamptz,
    cancel_submitted_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint trades_client_order_id_key unique (client_order_id),
    constraint trades_order_id_key unique (order_id),
    constraint trades_side_check check (side in ('BUY', 'SELL')),
    constraint trades_status_check check (status in
      ('placing', 'pending', 'stale', 'completed', 'cancelled', 'expired', 'failed', 'rejected')),
    constraint trades_detected_by_check check (detected_by in
      ('immediate-check', 'monitoring', 'reconciliation', 'manual-sync'))
  );
  create index trades_newest_idx on trades (created_at desc, id desc);
  create index trades_bot_idx on trades (bot_id, created_at desc, id desc);
  create index trades_product_idx on trades (product_id, created_at desc, id desc);
  create index trades_bot_product_idx on trades (bot_id, product_id, created_at desc, id desc);
  create index trades_status_idx on trades (status, created_at desc, id desc) where status <> 'completed';
  create index trades_detected_late_idx on trades (detected_by, created_at desc, id desc)
    where detected_by in ('reconciliation', 'manual-sync');
  create index trades_open_idx on trades (bot_id, product_id) where status in ('placing', 'pending', 'stale');
  create index trades_ended_idx on trades (updated_at, id) where status not in ('placing', 'pending', 'stale');
  create index trades_fills_incomplete_idx on trades (ended_at desc, id desc)
    where not fills_complete and order_id is not null and status not in ('placing', 'pending', 'stale');
`;

/** As the events are. */
export const FILLS = `
  create table fills (
    id bigint generated always as identity primary key,
    entry_id text not null,
    trade_id text,
    order_id text collate "C" not null,
    trade_time timestamptz not null,
    trade_type text not null,
    price numeric not null,
    size numeric not null,
    size_in_quote boolean not null,
    commission numeric not null,
    product_id text,
    side text,
    liquidity_indicator text,
    sequence_timestamp timestamptz,
    recorded_at timestamptz not null default clock_timestamp(),
    written_in xid8 not null default pg_current_xact_id(),
    constraint fills_entry_id_key unique (entry_id)
  );
  create index fills_order_id_idx on fills (order_id, trade_time, id);
  create index fills_log_idx on fills (written_in, id);

  create trigger fills_append_only before update or truncate on fills
    for each statement execute function refuse_change();
`;

/** One in force for each bot, and one for all. */
export const HALTS = `
  create table halts (
    id bigint generated always as identity primary key,
    bot_id text,
    since timestamptz not null default clock_timestamp(),
    requested_by text not null,
    sent_by text,
    reason text not null,
    cancel_open boolean not null,
    cancelled_by text,
    cancelled_by_until timestamptz,
    resumed_at timestamptz,
    resumed_by text,
    resume_sent_by text,
    resume_reason text
  );
  create unique index halts_in_force_key on halts (coalesce(bot_id, '')) where resumed_at is null;
`;

/** Append-only: triggers refuse every other change, and a delete unless the order is moved out. The function serves further tables. */
export const ORDER_EVENTS = `
  create table order_events (
    id bigint generated always as identity primary key,
    client_order_id text collate "C" not null references trades (client_order_id),
    at timestamptz not null default clock_timestamp(),
    from_status text,
    to_status text not null,
    state text not null,
    cause text not null,
    source text not null,
    requested_by text,
    sent_by text,
    reason text,
    evidence jsonb,
    fact_key text,
    written_in xid8 not null default pg_current_xact_id(),
    constraint order_events_from_status_check check (from_status in
      ('placing', 'pending', 'stale', 'completed', 'cancelled', 'expired', 'failed', 'rejected')),
    constraint order_events_to_status_check check (to_status in
      ('placing', 'pending', 'stale', 'completed', 'cancelled', 'expired', 'failed', 'rejected')),
    constraint order_events_state_check check (state in
      ('placed', 'immediate-check', 'monitoring', 'stale', 'completed', 'closed')),
    constraint order_events_fact_key_key unique (client_order_id, fact_key)
  );
  create index order_events_client_order_id_idx on order_events (client_order_id, id);
  create index order_events_log_idx on order_events (written_in, id);

  create function refuse_change() returns trigger language plpgsql as $$
  begin
    raise exception '% is append-only: % is refused', tg_table_name, tg_op using errcode = 'restrict_violation';
  end
  $$;
  create trigger order_events_append_only before update or truncate on order_events
    for each statement execute function refuse_change();
`;
