/** How the engine's parts are, in a word each and a sentence. */
import { ARCHIVE_LATE_SECONDS } from '../../../domain/archive-report.ts';
import { MAX_OFFSET_MS } from '../../../domain/clock-offset.ts';
import { CLOCK_NAMES } from '../../../ports/clocks.ts';
import type { RequestLease } from '../../../ports/request-leases.ts';
import { processName } from '../../../process/identity.ts';
import type { Health } from '../health.ts';
import { html, type Content, type Html } from '../html.ts';
import { ago, duration } from '../words/format.ts';
import { plural, section } from './parts.ts';
import { runMark } from './reconciliation.ts';

export function healthView(health: Health, nowMs: number): Html {
  return section(
    { id: 'health', address: '/page/health', label: 'Health' },
    html`<dl class="tiles">
      ${tile('Temporal', partMark(health.isTemporalReady))} ${tile('Database', partMark(health.isDatabaseReady))}
      ${tile('Feed', ...feedOf(health))} ${tile('Push', ...pushOf(health, nowMs))}
      ${tile('Last sweep', ...sweepOf(health, nowMs))} ${tile('Requests', ...budgetOf(health.leases))}
      ${tile('Reconciliation', ...runOf(health, nowMs))} ${tile('Clocks', ...clocksOf(health))}
      ${tile('Archive', ...archiveOf(health, nowMs))}
    </dl>`,
  );
}

function tile(name: string, state: Content, text: Content = null): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${state} <span class="quiet">${text}</span></dd>
  </div>`;
}

type Tile = [state: Content, text?: Content];

function partMark(isReady: boolean): Html {
  return isReady ? html`<span class="mark good">ready</span>` : html`<span class="mark bad">out of reach</span>`;
}

function feedOf({ feed }: Health): Tile {
  if (feed !== null) return [html`<span class="mark good">running</span>`];
  return [html`<span class="mark bad">not running</span>`, 'start a worker'];
}

function pushOf({ feed }: Health, nowMs: number): Tile {
  if (feed === null) return ['unknown'];
  if (feed.push === null) return [html`<span class="mark plain">none</span>`, 'only sweeps see changes'];
  const { connected, since, lossReason } = feed.push;
  if (connected)
    return [html`<span class="mark good">connected</span>`, `since ${ago(since, nowMs)}`.replace(' ago', '')];
  return [html`<span class="mark bad">lost</span>`, `${ago(since, nowMs)}; sweeps continue. ${lossReason ?? ''}`];
}

function sweepOf({ feed }: Health, nowMs: number): Tile {
  if (feed === null) return ['unknown'];
  return feed.sweptAt === null ? ['none yet'] : [ago(feed.sweptAt, nowMs)];
}

/** What is wanted: requests of the last second, and those that wait. */
function budgetOf(leases: RequestLease[] | null): Tile {
  if (leases === null) return ['unknown'];
  if (leases.length === 0) return ['unused', 'no process holds a share'];
  const wanted = leases.reduce((sum, lease) => sum + lease.wanted, 0);
  const limit = Math.min(...leases.map(({ requestsPerSecond }) => requestsPerSecond));
  const pausedMs = Math.max(...leases.map(({ pausedForMs }) => pausedForMs));
  const state =
    wanted > limit
      ? html`<span class="mark wait">${wanted} of ${limit} a second</span>`
      : `${wanted} of ${limit} a second`;
  const paused = pausedMs > 0 ? `; paused for ${Math.ceil(pausedMs / 1_000)} s by the exchange` : '';
  return [state, `wanted by ${plural(leases.length, 'process', 'processes')}${paused}`];
}

/** This process's own as they are now; of the others those alone that are off. */
function clocksOf({ clockOffsetsMs, recordedOffsets }: Health): Tile {
  const own = CLOCK_NAMES.flatMap((clock) => {
    const offsetMs = clockOffsetsMs[clock];
    return offsetMs === null ? [] : [{ clock, offsetMs }];
  });
  const others = (recordedOffsets ?? []).filter(({ process }) => process !== processName()).filter(isOff);
  if (own.length === 0 && others.length === 0) return ['unknown'];
  const words = [
    ...own.map(({ clock, offsetMs }) => `${clock} ${seconds(offsetMs)}`),
    ...others.map(({ process, clock, offsetMs }) => `${clock} ${seconds(offsetMs)} for ${process}`),
  ].join(', ');
  const hasOffset = others.length > 0 || own.some(isOff);
  return [hasOffset ? html`<span class="mark bad">apart</span>` : html`<span class="mark good">agree</span>`, words];
}

/** Beyond this tokens are refused soon, and times are no evidence any more. */
function isOff({ offsetMs }: { offsetMs: number }): boolean {
  return Math.abs(offsetMs) > MAX_OFFSET_MS;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** Histories that wait to be archived, which Temporal drops after a time. */
function archiveOf({ archive }: Health, nowMs: number): Tile {
  if (archive === null) return ['unknown'];
  const { runs, oldestSeconds, lost, lastArchivedAt } = archive;
  const waiting =
    runs === 0
      ? 'none waits'
      : `${plural(runs, 'history waits', 'histories wait')} for up to ${duration(oldestSeconds)}`;
  const last = lastArchivedAt === null ? '' : `; the last archived ${ago(lastArchivedAt, nowMs)}`;
  if (lost > 0)
    return [
      html`<span class="mark bad">${lost} lost</span>`,
      `dropped by Temporal too early, found in the last week; ${waiting}${last}`,
    ];
  const isLate = oldestSeconds > ARCHIVE_LATE_SECONDS;
  const state = isLate ? html`<span class="mark bad">late</span>` : html`<span class="mark good">kept up</span>`;
  return [state, `${waiting}${last}`];
}

function runOf({ lastRun }: Health, nowMs: number): Tile {
  if (lastRun === null) return ['unknown'];
  if (lastRun === undefined) return ['none yet'];
  return [runMark(lastRun, nowMs), ago(lastRun.startedAt, nowMs)];
}
