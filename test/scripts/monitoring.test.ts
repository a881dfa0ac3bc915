import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { dashboard } from '../../scripts/monitoring/dashboard.ts';
import { FOLDER, monitoringFiles } from '../../scripts/monitoring/files.ts';
import { ALERT_RULES } from '../../scripts/monitoring/rules.ts';

describe('the files for Prometheus and Grafana', () => {
  it.each(Object.entries(monitoringFiles()))(
    'have %s up to date; if not, run `npm run monitoring`',
    (name, content) => {
      expect(readFileSync(join(FOLDER, name), 'utf8')).toBe(content);
    },
  );

  it('name every alert once', () => {
    expect(new Set(ALERT_RULES.map(({ name }) => name)).size).toBe(ALERT_RULES.length);
  });

  it('lay panels side by side, none over another', () => {
    const { panels } = dashboard() as {
      panels: { id: number; gridPos: { x: number; y: number; w: number; h: number } }[];
    };
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)}/${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});
