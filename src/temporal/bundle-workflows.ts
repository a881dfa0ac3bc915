/** The process in which `buildWorkflowBundle` has the workflows bundled: their code goes to standard output. */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { createLog } from '../process/log.ts';
import { main } from '../process/main.ts';

/** Part of every worker, because it changes what the handlers are given. */
const SENDER_INTERCEPTOR = '../workflows/runtime/sender-interceptor.ts';
/** Loaded first, before `Error` is frozen. */
const SHORT_STACK_TRACES = '../workflows/runtime/short-stack-traces.ts';

/**
 * Loaded once, with all that they import, and shared by every workflow of a worker: pure functions without a state, and
 * XState, whose counter of actors' session ids never leaves it. A thousand workflows in the cache had 252 MiB with
 * modules of their own and have 189, and a replay takes 4 % less processor time.
 */
const SHARED = [
  '../workflows/order/order-machine.ts',
  '../domain/order/order-request.ts',
  '../domain/order/order-state.ts',
  '../domain/order/read-fact.ts',
  '../domain/order/resolve.ts',
  '../domain/order/requester.ts',
  '../domain/order/sync-report.ts',
];

/** Does nothing unless an audit replays. */
const AUDIT_INTERCEPTOR = '../workflows/runtime/audit-interceptor.ts';

const interceptors = process.argv.slice(2);

// A terminal's Ctrl-C is for the process that asked, and this one ends with that: then its standard input does.
process.on('SIGINT', () => undefined);
process.stdin.once('end', () => process.exit(1)).resume();

await main(async () => {
  try {
    const code = await bundle();
    // Not before all of it is taken: a process that has done its work ends soon, and the reader may be busy for longer.
    await new Promise((taken) => process.stdout.write(code, taken));
  } finally {
    process.stdin.destroy();
  }
});

async function bundle(): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowInterceptorModules: [...[SENDER_INTERCEPTOR, AUDIT_INTERCEPTOR].map(pathOf), ...interceptors],
    workflowsPath: pathOf('../workflows/index.ts'),
    payloadConverterPath: pathOf('../workflows/runtime/payload-converter.ts'),
    failureConverterPath: pathOf('../workflows/runtime/failure-converter.ts'),
    preloadModules: [SHORT_STACK_TRACES, ...SHARED].map(pathOf),
    // Temporal bundles in webpack's development mode, which alone would choose XState's development build.
    webpackConfigHook: (config) => ({
      ...config,
      resolve: {
        ...config.resolve,
        byDependency: {
          esm: { conditionNames: ['import', 'module', 'webpack', 'production'] },
          commonjs: { conditionNames: ['require', 'module', 'webpack', 'production'] },
        },
      },
    }),
    logger: createLog({ level: 'warn' }),
  });
  return code;
}

function pathOf(module: string): string {
  return fileURLToPath(new URL(module, import.meta.url));
}
