/** The dashboard for Grafana: rows of panels, from the bots that are blocked to the processes that work for them. */

interface Query {
  expr: string;
  legend: string;
}

interface Panel {
  title: string;
  unit: 'short' | 's' | 'reqps' | 'bytes' | 'percentunit';
  kind?: 'timeseries' | 'stat';
  queries: readonly Query[];
  /** Default `from-zero`; `logarithmic` where a value is usually thousands of times smaller than when something is wrong. */
  scale?: 'from-zero' | 'signed' | 'logarithmic';
  /** Said where no query has a value. Default: Grafana's `No data`. */
  noValue?: string;
}

const ROWS: readonly { title: string; panels: readonly Panel[] }[] = [
  {
    title: 'Bots',
    panels: [
      panel('Open orders', 'short', [q('max by (status) (order_sync_open_orders)', '{{status}}')]),
      panel('Age of the oldest open order', 's', [
        q('max by (status) (order_sync_oldest_open_order_age_seconds)', '{{status}}'),
      ]),
      panel('Placements a minute', 'short', [
        q('60 * sum by (outcome) (rate(order_sync_placements_total[$__rate_interval]))', '{{outcome}}'),
      ]),
      stat('Halts', [q('max by (scope) (order_sync_halts)', '{{scope}}')]),
    ],
  },
  {
    title: 'Detection of fills',
    panels: [
      { ...panel('Latency', 's', [quantile(0.5), quantile(0.99)]), scale: 'logarithmic' },
      panel('Fills a minute, by layer and source', 'short', [
        q(
          '60 * sum by (layer, source) (rate(order_sync_detection_seconds_count[$__rate_interval]))',
          '{{layer}} {{source}}',
        ),
      ]),
      panel('Blocked without need, an hour', 's', [
        q('sum(increase(order_sync_blocked_seconds_total[1h]))', 'blocked'),
      ]),
    ],
  },
  {
    title: 'Reconciliation',
    panels: [
      panel('Open issues', 'short', [q('max by (kind) (order_sync_open_issues)', '{{kind}}')]),
      panel('Issues found an hour', 'short', [
        q('sum by (kind) (increase(order_sync_issues_found_total[1h]))', '{{kind}}'),
      ]),
      panel('Issues resolved an hour', 'short', [
        q('sum by (kind) (increase(order_sync_issues_resolved_total[1h]))', '{{kind}}'),
      ]),
      panel('Age of the oldest issue', 's', [
        q('max by (kind) (order_sync_oldest_open_issue_age_seconds)', '{{kind}}'),
      ]),
      panel('Runs an hour', 'short', [
        q('sum by (status) (increase(order_sync_reconciliation_runs_total[1h]))', '{{status}}'),
      ]),
      panel('Since the last complete run', 's', [
        q('time() - max(order_sync_reconciliation_last_complete_timestamp_seconds)', 'seconds'),
      ]),
    ],
  },
  {
    title: 'Archive of histories',
    panels: [
      panel('Runs that wait, and lost ones', 'short', [
        q('max(order_sync_archive_waiting_runs)', 'waiting'),
        q('max(order_sync_archive_lost_runs)', 'lost'),
      ]),
      panel('Waiting for', 's', [q('max(order_sync_archive_oldest_waiting_seconds)', 'oldest')]),
    ],
  },
  {
    title: 'Feed and exchange',
    panels: [
      panel('Feed', 'short', [
        q('max(order_sync_feed_running)', 'running'),
        q('max(order_sync_feed_connected)', 'push connected'),
      ]),
      panel('Lost connections an hour', 'short', [
        q('sum by (reason) (increase(order_sync_feed_losses_total[1h]))', '{{reason}}'),
      ]),
      panel('Sweeps a second', 'reqps', [
        q('sum by (kind, outcome) (rate(order_sync_feed_sweeps_total[$__rate_interval]))', '{{kind}} {{outcome}}'),
      ]),
      panel('Since the last sweep', 's', [q('time() - max(order_sync_feed_last_sweep_timestamp_seconds)', 'seconds')]),
      panel('Requests a second', 'reqps', [
        q(
          'sum by (endpoint, outcome) (rate(order_sync_exchange_requests_total[$__rate_interval])) > 0',
          '{{endpoint}} {{outcome}}',
        ),
      ]),
      {
        ...panel('Time of requests, p99', 's', [
          q(
            'histogram_quantile(0.99, sum by (le, endpoint) (rate(order_sync_exchange_request_duration_seconds_bucket[$__rate_interval])))',
            '{{endpoint}}',
          ),
        ]),
        scale: 'logarithmic',
      },
      panel('Request budget', 'short', [
        q('sum(order_sync_request_budget_limit)', 'limit'),
        q('sum(order_sync_request_budget_in_use)', 'in use'),
        q('sum by (class) (order_sync_request_budget_waiting)', 'waiting {{class}}'),
      ]),
      panel('Paused by 429', 's', [q('max(order_sync_request_budget_paused_seconds)', 'paused')]),
      { ...panel('Clocks', 's', [q('order_sync_clock_offset_seconds', '{{clock}} {{instance}}')]), scale: 'signed' },
    ],
  },
  {
    title: 'Processes',
    panels: [
      {
        ...panel('Alerts an hour', 'short', [
          q('sum by (kind, level) (increase(order_sync_alerts_total[1h])) > 0', '{{kind}} {{level}}'),
        ]),
        noValue: 'none',
      },
      panel('Transparency log', 'short', [
        q('max(order_sync_log_leaves)', 'leaves'),
        q('max(order_sync_log_waiting_seconds)', 'seconds behind'),
      ]),
      panel('Heartbeats an hour', 'short', [
        q('sum by (outcome) (increase(order_sync_heartbeats_total[1h]))', '{{outcome}}'),
      ]),
      panel('HTTP requests a second', 'reqps', [
        q('sum by (route, status) (rate(order_sync_http_requests_total[$__rate_interval]))', '{{route}} {{status}}'),
      ]),
      panel('Time of HTTP answers, p99', 's', [
        q(
          'histogram_quantile(0.99, sum by (le) (rate(order_sync_http_request_duration_seconds_bucket[$__rate_interval])))',
          'p99',
        ),
      ]),
      panel('Task slots in use', 'short', [
        q('sum by (worker_type) (temporal_worker_task_slots_used)', '{{worker_type}}'),
      ]),
      panel('Schedule to start of workflow tasks, p99', 's', [
        q(
          'histogram_quantile(0.99, sum by (le) (rate(temporal_workflow_task_schedule_to_start_latency_seconds_bucket[$__rate_interval])))',
          'p99',
        ),
      ]),
      panel('Memory', 'bytes', [q('process_resident_memory_bytes', '{{instance}}')]),
      panel('Processor', 'percentunit', [q('rate(process_cpu_seconds_total[$__rate_interval])', '{{instance}}')]),
      panel('Event loop lag, p90', 's', [q('nodejs_eventloop_lag_p90_seconds', '{{instance}}')]),
      panel('Database answers', 'short', [q('min(order_sync_database_up)', 'up')]),
      stat('Versions', [q('count by (version) (order_sync_build_info)', '{{version}}')]),
    ],
  },
];

/** In cells of Grafana's grid. */
const WIDTH = 24;
const HEIGHT = 8;
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

export function dashboard(): object {
  const panels: object[] = [];
  let y = 0;
  for (const row of ROWS) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row.title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: WIDTH, h: 1 },
    });
    y += 1;
    const { length } = row.panels;
    // Side by side: two or four where that fills the line, else three.
    const perLine = length === 2 || length === 4 ? length : 3;
    const width = WIDTH / perLine;
    row.panels.forEach((each, index) => {
      const gridPos = {
        x: (index % perLine) * width,
        y: y + Math.floor(index / perLine) * HEIGHT,
        w: width,
        h: HEIGHT,
      };
      panels.push({ id: panels.length + 1, ...drawn(each), gridPos });
    });
    y += Math.ceil(length / perLine) * HEIGHT;
  }
  return {
    uid: 'order-sync',
    title: 'order-sync',
    tags: ['order-sync'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'utc',
    templating: { list: [{ name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' }] },
    panels,
  };
}

function drawn({ title, unit, kind = 'timeseries', queries, scale = 'from-zero', noValue }: Panel): object {
  const defaults = {
    unit,
    ...(scale === 'from-zero' && { min: 0 }),
    ...(scale === 'logarithmic' && { custom: { scaleDistribution: { type: 'log', log: 10 } } }),
    ...(noValue !== undefined && { noValue }),
  };
  return {
    type: kind,
    title,
    datasource: DATASOURCE,
    fieldConfig: { defaults, overrides: [] },
    // By default a panel with one number does not show the name of it.
    ...(kind === 'stat' && { options: { textMode: 'value_and_name', graphMode: 'none' } }),
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCodePoint(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
    })),
  };
}

function panel(title: string, unit: Panel['unit'], queries: readonly Query[]): Panel {
  return { title, unit, queries };
}

function stat(title: string, queries: readonly Query[]): Panel {
  return { title, unit: 'short', kind: 'stat', queries };
}

function q(expr: string, legend: string): Query {
  return { expr, legend };
}

function quantile(part: number): Query {
  return q(
    `histogram_quantile(${part}, sum by (le) (rate(order_sync_detection_seconds_bucket[$__rate_interval])))`,
    `p${part * 100}`,
  );
}
