/** `npm run monitoring`: writes the files in `monitoring/` anew. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboard } from './dashboard.ts';
import { ruleFile, ruleTestFile } from './rule-files.ts';

export const FOLDER = join(import.meta.dirname, '..', '..', 'monitoring');

/** Name and content of each. */
export function monitoringFiles(): Record<string, string> {
  return {
    'alerts.yaml': ruleFile(),
    'alerts.test.yaml': ruleTestFile(),
    'dashboard.json': `${JSON.stringify(dashboard(), null, 2)}\n`,
  };
}

if (import.meta.main) {
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, content] of Object.entries(monitoringFiles())) writeFileSync(join(FOLDER, name), content);
}
