/** A page of metrics, read as Prometheus reads it. */

export interface Samples {
  text: string;
  /** Of the families, as `# TYPE` gives them. */
  names: readonly string[];
  has(name: string, labels?: Record<string, string>): boolean;
  /** The sum over the series that have these labels; not a number where there is none. */
  value(name: string, labels?: Record<string, string>): number;
}

export function samplesOf(text: string): Samples {
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
  const series = [...text.matchAll(/^([a-zA-Z_:]\w*)(?:\{(.*)\})? (\S+)$/gm)].map(([, name, labels = '', value]) => ({
    name,
    labels: Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, is]) => [key, is])),
    value: Number(value),
  }));
  const found = (name: string, labels: Record<string, string>) =>
    series.filter(
      (each) => each.name === name && Object.entries(labels).every(([label, is]) => each.labels[label] === is),
    );
  return {
    text,
    names,
    has: (name, labels = {}) => found(name, labels).length > 0,
    value(name, labels = {}) {
      const all = found(name, labels);
      return all.length === 0 ? Number.NaN : all.reduce((sum, { value }) => sum + value, 0);
    },
  };
}
