/** A panel of the dashboard with what Prometheus answered: what the page needs to draw it. */

/** In cells of the dashboard's grid, of which 24 are side by side. */
export interface GridPosition {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Line {
  name: string;
  /** One for each of the picture's times; null where there is none. */
  values: (number | null)[];
}

export interface Panel {
  type: 'row' | 'timeseries' | 'stat';
  title: string;
  /** As Grafana calls it, e.g. `reqps`. */
  unit: string;
  /** Where the scale begins; null: at the smallest value. */
  min: number | null;
  isLogarithmic: boolean;
  /** Shown where there is rightly no line; null: there always is one. */
  noValue: string | null;
  gridPos: GridPosition;
  lines: Line[];
}

export interface Picture {
  title: string;
  /** Unix seconds, evenly spaced. */
  times: number[];
  panels: Panel[];
}
