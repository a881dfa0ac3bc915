/** Asks a Prometheus what Grafana would ask it for the panels of `monitoring/dashboard.json`. */
import type { Prometheus, Range, Series } from '../prometheus.ts';
import type { GridPosition, Line, Panel, Picture } from './panel.ts';

/** What is read of the dashboard's file. */
export interface Dashboard {
  title: string;
  panels: readonly DashboardPanel[];
}

interface DashboardPanel {
  type: Panel['type'];
  title: string;
  gridPos: GridPosition;
  fieldConfig?: { defaults: Defaults };
  targets?: readonly { expr: string; legendFormat: string }[];
}

interface Defaults {
  unit: string;
  min?: number;
  noValue?: string;
  custom?: { scaleDistribution: { type: 'log' } };
}

export async function askPanels(
  { title, panels }: Dashboard,
  prometheus: Pick<Prometheus, 'queryRange'>,
  range: Range,
): Promise<Picture> {
  const { fromSeconds, toSeconds, stepSeconds } = range;
  const count = Math.floor((toSeconds - fromSeconds) / stepSeconds) + 1;
  const times = Array.from({ length: count }, (_, index) => fromSeconds + index * stepSeconds);
  const drawn: Panel[] = [];
  for (const { type, title: name, gridPos, fieldConfig, targets = [] } of panels) {
    const lines: Line[] = [];
    for (const { expr, legendFormat } of targets) {
      const answer = await prometheus.queryRange(withInterval(expr, stepSeconds), range);
      lines.push(...answer.map((series) => lineOf(series, legendFormat, times)));
    }
    const { unit = 'short', min = null, noValue = null, custom } = fieldConfig?.defaults ?? {};
    const isLogarithmic = custom?.scaleDistribution.type === 'log';
    drawn.push({ type, title: name, unit, min, isLogarithmic, noValue, gridPos, lines });
  }
  return { title, times, panels: drawn };
}

/** As Grafana replaces it where the step is the interval of the scrapes: rates need four of them. */
function withInterval(expr: string, scrapeSeconds: number): string {
  return expr.replaceAll('$__rate_interval', `${4 * scrapeSeconds}s`);
}

function lineOf({ labels, points }: Series, legendFormat: string, times: readonly number[]): Line {
  const valueAt = new Map(points.map(({ atSeconds, value }) => [atSeconds, value]));
  return {
    name: legendFormat.replaceAll(/\{\{(\w+)\}\}/g, (_whole, label: string) => labels[label] ?? '').trim(),
    values: times.map((time) => valueAt.get(time) ?? null),
  };
}
