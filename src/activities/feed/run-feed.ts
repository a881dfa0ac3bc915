/**
 * The feed: one activity that follows all open orders, by what the exchange pushes and by sweeps, reports to the orders'
 * workflows what changed, and records the account's fills. What it must remember is in its heartbeats; another worker
 * that takes it over asks about everything once.
 */
import { Context, log } from '@temporalio/activity';
import type { FeedHealth } from '../../domain/feed/feed-health.ts';
import { FeedTracker } from '../../domain/feed/feed-tracker.ts';
import { cancellation, pause, withHeartbeat } from '../runtime/activity-context.ts';
import { Dispatcher } from './dispatcher.ts';
import { Poller } from './poller.ts';
import type { FeedPorts } from '../ports.ts';
import { pushListener } from './push-listener.ts';

const TICK_MS = 50;
/** How long an order may be open before the feed knows of it; a push finds it sooner. */
const READ_EVERY_MS = 250;
/** Of ten thousand open trades the reading takes long enough to matter: at most a twentieth of the time goes there. */
const READING_SHARE = 20;
/** A reading that was slow for once must not make the feed blind to new orders for minutes. */
const MAX_PAUSE_MS = 5_000;

export function runFeed(ports: FeedPorts) {
  return (): Promise<never> => {
    const tracker = new FeedTracker(Context.current().info.heartbeatDetails);
    const feed = async (): Promise<never> => {
      const dispatcher = new Dispatcher(ports, tracker);
      const end = new AbortController();
      const signal = AbortSignal.any([cancellation(), end.signal]);
      const poller = new Poller(ports, tracker, signal);
      const report = (): void => tracker.takeReports(Date.now()).forEach((each) => dispatcher.dispatch(each));
      try {
        return await Promise.race([
          keepReading(ports, tracker, signal),
          keepAsking(ports, { tracker, poller, report }, signal),
          listen(ports, { tracker, report }, signal),
        ]);
      } finally {
        end.abort();
        dispatcher.close();
      }
    };
    return withHeartbeat(feed, () => ({ ...tracker.save(Date.now()), health: healthOf(ports, tracker) }));
  };
}

/** For whoever looks at the heartbeats from outside. */
function healthOf({ push }: FeedPorts, { sweptAtMs }: FeedTracker): FeedHealth {
  const sweptAt = sweptAtMs === null ? null : new Date(sweptAtMs).toISOString();
  if (push === null) return { push, sweptAt };
  const { connected, since, loss } = push.health;
  return { push: { connected, since, lossReason: loss?.message ?? null }, sweptAt };
}

/** Runs beside the polls, which do not wait for it. While the database is unreachable the feed continues with what it knows. */
async function keepReading({ trades }: FeedPorts, tracker: FeedTracker, signal: AbortSignal): Promise<never> {
  let isRead = true;
  for (;;) {
    signal.throwIfAborted();
    const startedMs = Date.now();
    try {
      tracker.openTrades(await trades.listOpen(), startedMs);
      isRead = true;
    } catch (error) {
      if (isRead) log.warn('the open trades cannot be read; the feed continues with what it knows', { error });
      isRead = false;
    }
    const tookMs = Date.now() - startedMs;
    await pause(Math.max(READ_EVERY_MS - tookMs, Math.min(tookMs * (READING_SHARE - 1), MAX_PAUSE_MS)));
  }
}

interface Parts {
  tracker: FeedTracker;
  poller: Poller;
  /** Dispatches what there is to report. */
  report: () => void;
}

/** Goes on until the signal aborts. */
async function keepAsking(
  { push }: FeedPorts,
  { tracker, poller, report }: Parts,
  signal: AbortSignal,
): Promise<never> {
  const defect = Promise.withResolvers<never>();
  const askNow = (): void => {
    const isPushed = push?.health.connected === true;
    for (const poll of tracker.nextPolls({ isPushed }, Date.now())) {
      poller.ask(poll).then(report).catch(defect.reject);
    }
    report();
  };
  const keepTime = async (): Promise<never> => {
    for (;;) {
      signal.throwIfAborted();
      askNow();
      await pause(TICK_MS);
    }
  };
  return Promise.race([keepTime(), defect.promise]);
}

/** Ends with an error only when the handler has a defect. */
async function listen(
  ports: FeedPorts,
  { tracker, report }: Pick<Parts, 'tracker' | 'report'>,
  signal: AbortSignal,
): Promise<never> {
  await ports.push?.listen(pushListener(ports, tracker, report), signal);
  return new Promise<never>(() => undefined);
}
