/** What the simulated code is loaded with: Temporal's two packages are replaced by the simulated ones, and defects put in. */
import { registerHooks } from 'node:module';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Defect } from './defects.ts';

const STAND_INS: Record<string, string> = {
  '@temporalio/activity': new URL('./temporal/activity.ts', import.meta.url).href,
  '@temporalio/workflow': new URL('./temporal/workflow.ts', import.meta.url).href,
};
const SOURCES = new URL('../../src/', import.meta.url).href;

export function loadSimulated(defect: Defect | null): void {
  registerHooks({
    resolve(specifier, context, next) {
      const url = STAND_INS[specifier];
      return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
    },
    load(url, context, next) {
      if (defect === null || url !== `${SOURCES}${defect.file}`) return next(url, context);
      const sound = readFileSync(fileURLToPath(url), 'utf8');
      if (sound.split(defect.replace).length !== 2) {
        throw new Error(
          `${defect.file} has "${defect.replace}" not exactly once: the defect ${defect.name} must be renewed`,
        );
      }
      return {
        format: 'module-typescript',
        source: sound.replace(defect.replace, () => defect.by),
        shortCircuit: true,
      };
    },
  });
}
