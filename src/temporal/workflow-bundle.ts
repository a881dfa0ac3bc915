import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { WorkflowBundle } from '@temporalio/worker';

const BUNDLER = fileURLToPath(new URL('./bundle-workflows.ts', import.meta.url));
/** Far more than the code, and its source map in it, will ever have. */
const MOST_BYTES = 64 * 1_024 * 1_024;

/** Where an installed package has the bundle. */
export const PREBUILT_BUNDLE = BUNDLER.replace(/\.ts$/, '.bundle.js');

/**
 * The workflows' code as every worker, test and replay runs it: one way to build it, so that all of them agree. An
 * installed package has it prebuilt. In a checkout it takes about 2.5 s, in a process of its own, because what webpack
 * leaves behind, 200 MiB, would stay. `interceptor` is a further module that looks on, for tests. May be begun long
 * before it is awaited: its error waits as well, and tells what the bundler said.
 */
export function buildWorkflowBundle(interceptor?: string): Promise<WorkflowBundle> {
  const isPrebuilt = interceptor === undefined && existsSync(PREBUILT_BUNDLE);
  const bundle = isPrebuilt ? readPrebuilt() : bundleInProcess(interceptor === undefined ? [] : [interceptor]);
  bundle.catch(() => undefined);
  return bundle;
}

async function readPrebuilt(): Promise<WorkflowBundle> {
  return { code: await readFile(PREBUILT_BUNDLE, 'utf8') };
}

async function bundleInProcess(interceptors: readonly string[]): Promise<WorkflowBundle> {
  try {
    const { stdout: code } = await promisify(execFile)(process.execPath, [BUNDLER, ...interceptors], {
      maxBuffer: MOST_BYTES,
    });
    return { code };
  } catch (error) {
    const { stderr, code, signal } = error as { stderr?: string; code?: number | string; signal?: string };
    const end = signal ?? `exit status ${code}`;
    throw new Error(`The workflows could not be bundled (${end}):\n${stderr?.trim()}`, { cause: error });
  }
}
