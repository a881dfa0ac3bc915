/** The transparency log as this process keeps it. */
import { Gauge, type Registry } from 'prom-client';
import { LOG_PROBLEMS, type LogState } from '../ports/transparency-log.ts';

export function gaugeLog(read: () => LogState, registry: Registry): void {
  const gauge = (name: string, help: string, value: (state: LogState) => number | null): void => {
    const each = new Gauge({
      name: `order_sync_log_${name}`,
      help,
      registers: [],
      collect() {
        const shown = value(read());
        if (shown === null) this.remove();
        else this.set(shown);
      },
    });
    registry.registerMetric(each);
  };
  gauge('leaves', 'Leaves of the transparency log', ({ size }) => size);
  gauge(
    'waiting_seconds',
    'How long the oldest committed row has waited for its leaf; 0 without any',
    ({ waitingSeconds }) => waitingSeconds,
  );
  const problems = new Gauge({
    name: 'order_sync_log_problem',
    help: '1 while the log is behind, contradicts a signed head, or cannot be signed',
    labelNames: ['problem'],
    registers: [],
    collect() {
      const state = read();
      for (const problem of LOG_PROBLEMS) this.set({ problem }, state.problems[problem] === null ? 0 : 1);
    },
  });
  registry.registerMetric(problems);
}
