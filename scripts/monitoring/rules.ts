/** The alerts that Prometheus raises of the engine's metrics: what each means, when it is raised and when not. */

/** Series as promtool's tests write them, a minute apart: `1x40` stays at 1, `0+2x40` grows by 2. */
type Series = Record<string, string>;

export interface AlertRule {
  name: string;
  expr: string;
  /** How long it must hold before anybody is told. */
  for: string;
  severity: 'warning' | 'critical';
  /** One sentence; may name labels as `{{ $labels.kind }}`. */
  summary: string;
  /** What to do. */
  remedy: string;
  /** After half an hour of these it is raised once, with these labels. */
  raised: { by: Series; labels?: Record<string, string> };
  /** And never by these. */
  quiet: Series;
}

const ORDERS: readonly AlertRule[] = [
  {
    name: 'OrderSyncStaleOrders',
    expr: 'max(order_sync_open_orders{status="stale"}) > 0',
    for: '5m',
    severity: 'warning',
    summary: 'Orders are stale: nobody knows how they ended, and their bots are blocked',
    remedy: 'order-sync list --status stale, then order-sync sync <id>',
    raised: { by: { 'order_sync_open_orders{status="stale"}': '2x40' } },
    quiet: { 'order_sync_open_orders{status="stale"}': '0x40', 'order_sync_open_orders{status="pending"}': '5x40' },
  },
  {
    name: 'OrderSyncPlacingSlow',
    expr: 'max(order_sync_oldest_open_order_age_seconds{status="placing"}) > 150',
    for: '1m',
    severity: 'warning',
    summary: 'An order is being placed for longer than any placement window',
    remedy: 'look at the worker, and at its workflow in the Temporal UI',
    raised: { by: { 'order_sync_oldest_open_order_age_seconds{status="placing"}': '300x40' } },
    quiet: { 'order_sync_oldest_open_order_age_seconds{status="placing"}': '20x40' },
  },
  {
    name: 'OrderSyncPlacementsUnknown',
    expr: 'sum(increase(order_sync_placements_total{outcome="unknown"}[10m])) > 3',
    for: '0m',
    severity: 'warning',
    summary: 'Placements have no known outcome: the exchange does not answer them',
    remedy: 'look at the status of the exchange; halt the bots if it lasts',
    raised: { by: { 'order_sync_placements_total{outcome="unknown"}': '0+1x40' } },
    quiet: { 'order_sync_placements_total{outcome="unknown"}': '7x40' },
  },
  {
    name: 'OrderSyncDetectionSlow',
    expr: 'histogram_quantile(0.99, sum by (le) (rate(order_sync_detection_seconds_bucket[10m]))) > 10',
    for: '5m',
    severity: 'warning',
    summary: 'Fills are seen late: one in a hundred blocks its bot for more than 10 s',
    remedy: 'look at the feed and at the request budget',
    raised: {
      by: {
        'order_sync_detection_seconds_bucket{le="10"}': '0+1x40',
        'order_sync_detection_seconds_bucket{le="30"}': '0+2x40',
        'order_sync_detection_seconds_bucket{le="+Inf"}': '0+2x40',
      },
    },
    quiet: {
      'order_sync_detection_seconds_bucket{le="0.1"}': '0+2x40',
      'order_sync_detection_seconds_bucket{le="10"}': '0+2x40',
      'order_sync_detection_seconds_bucket{le="+Inf"}': '0+2x40',
    },
  },
  {
    name: 'OrderSyncHalted',
    expr: 'max(order_sync_halts) > 0',
    for: '15m',
    severity: 'warning',
    summary: 'Placing is halted for a bot, or for all',
    remedy: 'order-sync resume, when the reason is gone',
    raised: { by: { 'order_sync_halts{scope="all"}': '1x40' } },
    quiet: { 'order_sync_halts{scope="all"}': '0x25 1x10', 'order_sync_halts{scope="bot"}': '0x40' },
  },
];

const RECONCILIATION: readonly AlertRule[] = [
  {
    name: 'OrderSyncMissedFill',
    expr: 'sum(increase(order_sync_issues_found_total{kind="missed_fill"}[10m])) > 0',
    for: '0m',
    severity: 'critical',
    summary: 'Reconciliation found a fill that nothing else had seen; the bot was blocked without need',
    remedy: 'order-sync issues; nothing to do if the next run resolves it, else order-sync sync <id>',
    raised: { by: { 'order_sync_issues_found_total{kind="missed_fill"}': '0x25 1x10' } },
    quiet: {
      'order_sync_issues_found_total{kind="missed_fill"}': '1x40',
      'order_sync_issues_found_total{kind="stale"}': '0+1x40',
    },
  },
  {
    name: 'OrderSyncIssueOpen',
    expr: 'max by (kind) (order_sync_oldest_open_issue_age_seconds) > 600',
    for: '1m',
    severity: 'warning',
    summary: 'An issue of the kind {{ $labels.kind }} has been open for more than 10 minutes',
    remedy: 'order-sync issues names the command for each',
    raised: {
      by: {
        'order_sync_oldest_open_issue_age_seconds{kind="orphan"}': '0+60x40',
        'order_sync_oldest_open_issue_age_seconds{kind="stale"}': '60x40',
      },
      labels: { kind: 'orphan' },
    },
    quiet: { 'order_sync_oldest_open_issue_age_seconds{kind="orphan"}': '120x40' },
  },
  {
    name: 'OrderSyncReconciliationOverdue',
    expr: 'time() - max(order_sync_reconciliation_last_complete_timestamp_seconds) > 600',
    for: '1m',
    severity: 'critical',
    summary: 'No run of reconciliation has seen everything for 10 minutes',
    remedy: 'order-sync doctor, then order-sync reconcile',
    raised: { by: { order_sync_reconciliation_last_complete_timestamp_seconds: '60x40' } },
    quiet: { order_sync_reconciliation_last_complete_timestamp_seconds: '0+60x40' },
  },
];

const ARCHIVE: readonly AlertRule[] = [
  {
    name: 'OrderSyncArchiveLate',
    expr: 'max(order_sync_archive_oldest_waiting_seconds) > 21600',
    for: '5m',
    severity: 'warning',
    summary: 'A history has waited for 6 hours to be archived; Temporal drops it after the retention of its namespace',
    remedy: 'order-sync doctor; look at the workflow archive-orders',
    raised: { by: { order_sync_archive_oldest_waiting_seconds: '21600+60x40' } },
    quiet: { order_sync_archive_oldest_waiting_seconds: '300x40' },
  },
  {
    name: 'OrderSyncHistoriesLost',
    expr: 'max(delta(order_sync_archive_lost_runs[1h])) > 0',
    for: '0m',
    severity: 'critical',
    summary: 'Temporal dropped runs before their histories were archived',
    remedy: 'give its namespace a longer retention; order-sync doctor',
    raised: { by: { order_sync_archive_lost_runs: '0x25 3x10' } },
    quiet: { order_sync_archive_lost_runs: '3x20 2x20' },
  },
];

const FEED: readonly AlertRule[] = [
  {
    name: 'OrderSyncFeedDown',
    expr: 'max(order_sync_feed_running) < 1',
    for: '1m',
    severity: 'critical',
    summary: 'No process runs the feed: open orders are watched by reconciliation alone',
    remedy: 'start a worker; look at the workflow feed-orders',
    raised: {
      by: { 'order_sync_feed_running{instance="a"}': '0x40', 'order_sync_feed_running{instance="b"}': '0x40' },
    },
    quiet: { 'order_sync_feed_running{instance="a"}': '0x40', 'order_sync_feed_running{instance="b"}': '1x40' },
  },
  {
    name: 'OrderSyncPushLost',
    expr: 'max(order_sync_feed_connected) < 1',
    for: '5m',
    severity: 'warning',
    summary: 'The exchange has pushed nothing for 5 minutes: fills are seen by polling, every 2 s',
    remedy: 'see the reason in the log of the worker that runs the feed',
    raised: { by: { order_sync_feed_connected: '0x40' } },
    quiet: { order_sync_feed_connected: '1x27 0x10' },
  },
  {
    name: 'OrderSyncSweepsStopped',
    expr: 'time() - max(order_sync_feed_last_sweep_timestamp_seconds) > 180 and max(order_sync_open_orders) > 0',
    for: '1m',
    severity: 'critical',
    summary: 'Orders are open, and for 3 minutes no list of the exchange has answered',
    remedy: 'order-sync doctor; look at the status of the exchange',
    raised: {
      by: {
        order_sync_feed_last_sweep_timestamp_seconds: '60x40',
        'order_sync_open_orders{status="pending"}': '1x40',
      },
    },
    quiet: {
      order_sync_feed_last_sweep_timestamp_seconds: '60x40',
      'order_sync_open_orders{status="pending"}': '0x40',
    },
  },
];

const REQUESTS: readonly AlertRule[] = [
  {
    name: 'OrderSyncExchangeErrors',
    expr: `sum(rate(order_sync_exchange_requests_total{outcome!~"answered|aborted|not-found"}[5m]))
  / sum(rate(order_sync_exchange_requests_total[5m])) > 0.1`,
    for: '5m',
    severity: 'warning',
    summary: 'One request in ten to the exchange fails',
    remedy: 'look at the status of the exchange',
    raised: {
      by: {
        'order_sync_exchange_requests_total{outcome="answered"}': '0+60x40',
        'order_sync_exchange_requests_total{outcome="unavailable"}': '0+30x40',
      },
    },
    quiet: {
      'order_sync_exchange_requests_total{outcome="answered"}': '0+60x40',
      'order_sync_exchange_requests_total{outcome="unavailable"}': '0+1x40',
      'order_sync_exchange_requests_total{outcome="not-found"}': '0+60x40',
    },
  },
  {
    name: 'OrderSyncUnauthorised',
    expr: 'sum(increase(order_sync_exchange_requests_total{outcome="unauthorised"}[5m])) > 0',
    for: '0m',
    severity: 'critical',
    summary: 'The exchange does not let the key in',
    remedy: 'order-sync doctor says what the key may do, and whether a clock is off',
    raised: { by: { 'order_sync_exchange_requests_total{outcome="unauthorised"}': '0x27 1x10' } },
    quiet: { 'order_sync_exchange_requests_total{outcome="unauthorised"}': '4x40' },
  },
  {
    name: 'OrderSyncThrottled',
    expr: 'sum(increase(order_sync_exchange_requests_total{outcome="rate-limited"}[10m])) > 5',
    for: '0m',
    severity: 'warning',
    summary: 'The exchange answers 429 again and again',
    remedy: 'lower COINBASE_REQUESTS_PER_SECOND, or find the other program that uses the key',
    raised: { by: { 'order_sync_exchange_requests_total{outcome="rate-limited"}': '0+1x40' } },
    quiet: { 'order_sync_exchange_requests_total{outcome="rate-limited"}': '0x25 2x10' },
  },
  {
    name: 'OrderSyncPlacementsWait',
    expr: 'sum(order_sync_request_budget_waiting{class="placement"}) > 0',
    for: '2m',
    severity: 'warning',
    summary: 'Placements wait for the request budget',
    remedy: 'there are more orders than COINBASE_REQUESTS_PER_SECOND allows',
    raised: { by: { 'order_sync_request_budget_waiting{class="placement"}': '4x40' } },
    quiet: {
      'order_sync_request_budget_waiting{class="placement"}': '0x40',
      'order_sync_request_budget_waiting{class="sweep"}': '4x40',
    },
  },
];

const PROCESSES: readonly AlertRule[] = [
  {
    name: 'OrderSyncDown',
    expr: 'absent(order_sync_build_info)',
    for: '2m',
    severity: 'critical',
    summary: 'No process of order-sync shows its metrics',
    remedy: 'start a worker',
    raised: { by: { 'up{job="other"}': '1x40' } },
    quiet: { 'order_sync_build_info{version="1"}': '1x40' },
  },
  {
    name: 'OrderSyncDatabaseDown',
    expr: 'max(order_sync_database_up) < 1',
    for: '1m',
    severity: 'critical',
    summary: 'The database answers no process',
    remedy: 'see to PostgreSQL; orders go on when it is back',
    raised: { by: { order_sync_database_up: '0x40' } },
    quiet: { 'order_sync_database_up{instance="a"}': '0x40', 'order_sync_database_up{instance="b"}': '1x40' },
  },
  {
    name: 'OrderSyncClockOff',
    expr: 'max by (clock) (abs(order_sync_clock_offset_seconds)) > 5',
    for: '1m',
    severity: 'warning',
    summary: 'The clock of the {{ $labels.clock }} and that of a worker are more than 5 s apart',
    remedy: 'set the clocks by NTP',
    raised: { by: { 'order_sync_clock_offset_seconds{clock="exchange"}': '-7x40' }, labels: { clock: 'exchange' } },
    quiet: { 'order_sync_clock_offset_seconds{clock="exchange"}': '2x40' },
  },
  {
    name: 'OrderSyncLogProblem',
    expr: 'max by (problem) (order_sync_log_problem) > 0',
    for: '5m',
    severity: 'critical',
    summary: 'The transparency log has a problem: {{ $labels.problem }}',
    remedy: 'order-sync audit head --check, and docs/operations.md on the transparency log',
    raised: { by: { 'order_sync_log_problem{problem="contradiction"}': '1x40' }, labels: { problem: 'contradiction' } },
    quiet: { 'order_sync_log_problem{problem="contradiction"}': '0x40' },
  },
  {
    name: 'OrderSyncHeartbeatFails',
    expr: 'sum(increase(order_sync_heartbeats_total{outcome="failed"}[15m])) > 3',
    for: '0m',
    severity: 'warning',
    summary: 'The outside watchdog does not take the heartbeat, and will raise an alert of its own',
    remedy: 'check ORDER_SYNC_HEARTBEAT_URL',
    raised: { by: { 'order_sync_heartbeats_total{outcome="failed"}': '0+1x40' } },
    quiet: {
      'order_sync_heartbeats_total{outcome="failed"}': '0x40',
      'order_sync_heartbeats_total{outcome="taken"}': '0+1x40',
    },
  },
  {
    name: 'OrderSyncEventLoopSlow',
    expr: 'max(nodejs_eventloop_lag_p90_seconds) > 0.5',
    for: '10m',
    severity: 'warning',
    summary: 'A worker is too busy: its event loop lags by half a second',
    remedy: 'start another worker, or give it a processor of its own',
    raised: { by: { nodejs_eventloop_lag_p90_seconds: '0.8x40' } },
    quiet: { nodejs_eventloop_lag_p90_seconds: '0.02x40' },
  },
  {
    name: 'OrderSyncWorkersBehind',
    expr: 'histogram_quantile(0.95, sum by (le) (rate(temporal_workflow_task_schedule_to_start_latency_seconds_bucket[5m]))) > 5',
    for: '2m',
    severity: 'warning',
    summary:
      'Tasks wait at Temporal for more than 5 s; orders that wait for their whole placement window are not placed',
    remedy: 'add processors or another worker, or have the bots place less; docs/sizing.md',
    raised: {
      by: {
        'temporal_workflow_task_schedule_to_start_latency_seconds_bucket{le="1"}': '0+1x40',
        'temporal_workflow_task_schedule_to_start_latency_seconds_bucket{le="10"}': '0+2x40',
        'temporal_workflow_task_schedule_to_start_latency_seconds_bucket{le="+Inf"}': '0+2x40',
      },
    },
    quiet: {
      'temporal_workflow_task_schedule_to_start_latency_seconds_bucket{le="1"}': '0+2x40',
      'temporal_workflow_task_schedule_to_start_latency_seconds_bucket{le="10"}': '0+2x40',
      'temporal_workflow_task_schedule_to_start_latency_seconds_bucket{le="+Inf"}': '0+2x40',
    },
  },
];

export const ALERT_RULES = [...ORDERS, ...RECONCILIATION, ...ARCHIVE, ...FEED, ...REQUESTS, ...PROCESSES];
