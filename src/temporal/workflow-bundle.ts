import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { WorkflowBundle } from '@temporalio/worker';
import { cachedBundle } from './bundle-cache.ts';

const BUNDLER = fileURLToPath(new URL('./bundle-workflows.ts', import.meta.url));
/** Far more than the code, and its source map in it, will ever have. */
const MAX_BYTES = 64 * 1_024 * 1_024;

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));

/** Where an installed package has the bundle. */
export const PREBUILT_BUNDLE = BUNDLER.replace(/\.ts$/, '.bundle.js');

/**
 * The workflows' code as every worker, test and replay runs it: one way to build it, so that all of them agree. An
 * installed package has it prebuilt. In a checkout it is bundled after a change, in a process of its own, because what
 * webpack leaves behind, 200 MiB, would stay. `interceptor` is a further module that looks on, for tests. May be begun
 * long before it is awaited: its error waits as well, and has the bundler's message.
 */
export function buildWorkflowBundle(interceptor?: string): Promise<WorkflowBundle> {
  const bundle = codeWith(interceptor).then((code) => ({ code }));
  bundle.catch(() => undefined);
  return bundle;
}

function codeWith(interceptor: string | undefined): Promise<string> {
  // What an interceptor imports is not known here.
  if (interceptor !== undefined) return bundleInProcess([interceptor]);
  if (existsSync(PREBUILT_BUNDLE)) return readFile(PREBUILT_BUNDLE, 'utf8');
  return cachedBundle(CHECKOUT, () => bundleInProcess([]));
}

async function bundleInProcess(interceptors: readonly string[]): Promise<string> {
  try {
    const { stdout: code } = await promisify(execFile)(process.execPath, [BUNDLER, ...interceptors], {
      maxBuffer: MAX_BYTES,
    });
    return code;
  } catch (error) {
    const { stderr, code, signal } = error as { stderr?: string; code?: number | string; signal?: string };
    const end = signal ?? `exit status ${code}`;
    throw new Error(`The workflows could not be bundled (${end}):\n${stderr?.trim()}`, { cause: error });
  }
}
