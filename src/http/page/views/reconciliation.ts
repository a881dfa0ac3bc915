/** What reconciliation found and how its runs went. */
import type { SyncIssue } from '../../../domain/reconciliation/issue.ts';
import type { ReconciliationRun } from '../../../ports/reconciliation-store.ts';
import { html, type Html } from '../html.ts';
import { duration, moment } from '../words/format.ts';
import { issueInWords } from '../words/why.ts';
import { orderLink, scrollTable, section } from './parts.ts';

export interface Found {
  unresolved: SyncIssue[];
  /** The newest issues, whether resolved or not. */
  newest: SyncIssue[];
  runs: ReconciliationRun[];
}

export function reconciliationView({ unresolved, newest, runs }: Found, nowMs: number): Html {
  const resolved = newest.filter(({ resolvedAt }) => resolvedAt !== null);
  const issues = [...unresolved, ...resolved].map((issue) => issueRow(issue, nowMs));
  return section(
    { id: 'reconciliation', address: '/page/reconciliation', label: 'Reconciliation' },
    html`<div>
        <h2>Sync issues</h2>
        ${issues.length === 0 ? html`<p class="quiet">Database and exchange have agreed so far.</p>` : issueTable(issues)}
      </div>
      <div>
        <h2>Reconciliation runs</h2>
        ${runs.length === 0 ? html`<p class="quiet">None has run yet.</p>` : runTable(runs, nowMs)}
      </div>`,
  );
}

function issueTable(rows: Html[]): Html {
  return scrollTable(
    'Sync issues',
    html`<th>Found, UTC</th>
      <th>Order</th>
      <th>What differs</th>
      <th>Here / exchange</th>
      <th>How it stands</th>`,
    rows,
  );
}

function issueRow(issue: SyncIssue, nowMs: number): Html {
  const { id, clientOrderId, orderId, detectedAt, kind, dbStatus, coinbaseStatus, resolvedAt, resolution } = issue;
  // An order that is not in the database has no page.
  const order = clientOrderId === null ? html`<span class="id">${orderId ?? '–'}</span>` : orderLink(clientOrderId);
  return html`<tr id="issue-${id}">
    <td>${moment(detectedAt, nowMs)}</td>
    <td>${order}</td>
    <td class="text"><strong>${kind}</strong> <span class="quiet">${issueInWords(kind)}</span></td>
    <td>${dbStatus ?? '–'} / ${coinbaseStatus ?? '–'}</td>
    <td class="text">
      ${
        resolvedAt === null
          ? html`<span class="mark bad">unresolved</span>`
          : html`<span class="mark plain">resolved</span> ${moment(resolvedAt, nowMs)}`
      }
      <span class="quiet">${resolution ?? ''}</span>
    </td>
  </tr>`;
}

function runTable(runs: ReconciliationRun[], nowMs: number): Html {
  return scrollTable(
    'Reconciliation runs',
    html`<th>Began, UTC</th>
      <th>Result</th>
      <th class="number">Took</th>
      <th class="number">Trades</th>
      <th class="number">Orders seen</th>
      <th class="number">Found</th>
      <th class="number">Resolved</th>
      <th class="number">Requests</th>`,
    runs.map(
      (run) =>
        html`<tr id="run-${run.id}">
          <td>${moment(run.startedAt, nowMs)}</td>
          <td>${runMark(run, nowMs)}</td>
          <td class="number">${took(run)}</td>
          <td class="number">${run.tradesChecked}</td>
          <td class="number">${run.ordersSeen}</td>
          <td class="number">${run.issuesFound}</td>
          <td class="number">${run.issuesResolved}</td>
          <td class="number">${run.requestsUsed}</td>
        </tr>`,
    ),
  );
}

/** A run may take 4 minutes; one that has no end after that died, and another will do its work. */
const MAX_RUN_MS = 300_000;

export function runMark({ status, startedAt }: ReconciliationRun, nowMs: number): Html {
  switch (status) {
    case 'complete':
      return html`<span class="mark good">complete</span>`;
    case 'partial':
      return html`<span class="mark wait">partial</span>`;
    case 'failed':
      return html`<span class="mark bad">failed</span>`;
    case null:
      return nowMs - Date.parse(startedAt) > MAX_RUN_MS
        ? html`<span class="mark bad">died</span>`
        : html`<span class="mark wait">running</span>`;
  }
}

function took({ startedAt, finishedAt }: ReconciliationRun): string {
  if (finishedAt === null) return '–';
  const ms = Date.parse(finishedAt) - Date.parse(startedAt);
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : duration(ms / 1_000);
}
