/** The transparency log's leaves, in their order. `written_in` and `row_id` are the row's place in the order of commit. */
export const LOG_LEAVES = `
  create table log_leaves (
    index bigint primary key,
    kind text not null,
    ref text not null,
    hash bytea not null,
    written_in xid8 not null,
    row_id bigint not null,
    constraint log_leaves_ref_key unique (kind, ref),
    constraint log_leaves_kind_check check (kind in ('event', 'fill', 'archive', 'deletion', 'move')),
    constraint log_leaves_hash_check check (octet_length(hash) = 32)
  );
  create trigger log_leaves_append_only before update or delete or truncate on log_leaves
    for each statement execute function refuse_change();
`;

/** The complete subtrees above the leaves. */
export const LOG_NODES = `
  create table log_nodes (
    level integer not null,
    index bigint not null,
    hash bytea not null,
    primary key (level, index),
    constraint log_nodes_hash_check check (octet_length(hash) = 32)
  );
  create trigger log_nodes_append_only before update or delete or truncate on log_nodes
    for each statement execute function refuse_change();
`;

/** The heads that were published, and the newest. */
export const LOG_HEADS = `
  create table log_heads (
    size bigint primary key,
    note text not null,
    verifier_keys jsonb not null,
    signed_at timestamptz not null default clock_timestamp(),
    published_at timestamptz
  );
`;
