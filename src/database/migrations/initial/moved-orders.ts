/** Ended orders whose rows are in an audit bundle instead. Append-only, as the events are. */
export const MOVED_ORDERS = `
  create table moved_orders (
    id bigint generated always as identity primary key,
    client_order_id text collate "C" not null,
    order_id text collate "C",
    bundle_sha256 text not null,
    events integer not null,
    fills integer not null,
    histories integer not null,
    leaves jsonb not null,
    moved_at timestamptz not null default clock_timestamp(),
    requested_by text,
    sent_by text,
    reason text,
    written_in xid8 not null default pg_current_xact_id(),
    constraint moved_orders_client_order_id_key unique (client_order_id),
    constraint moved_orders_bundle_sha256_check check (bundle_sha256 ~ '^[0-9a-f]{64}$')
  );
  create index moved_orders_order_id_idx on moved_orders (order_id) where order_id is not null;
  create index moved_orders_log_idx on moved_orders (written_in, id);

  create trigger moved_orders_append_only before update or delete or truncate on moved_orders
    for each statement execute function refuse_change();
`;

/** A row is deleted only by the transaction that records its order as moved out. */
const deletedOnceMoved = (table: string, column: string): string => `
  create function ${table}_refuse_delete() returns trigger language plpgsql as $$
  begin
    if not exists (select from moved_orders m where m.${column} = old.${column} and m.written_in = pg_current_xact_id()) then
      raise exception '${table} is append-only: DELETE is refused' using errcode = 'restrict_violation';
    end if;
    return old;
  end
  $$;
  create trigger ${table}_deleted_once_moved before delete on ${table}
    for each row execute function ${table}_refuse_delete();
`;

export const DELETED_ONCE_MOVED =
  deletedOnceMoved('order_events', 'client_order_id') + deletedOnceMoved('fills', 'order_id');
