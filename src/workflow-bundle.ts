import { fileURLToPath } from 'node:url';
import { DefaultLogger, type WorkflowBundleWithSourceMap, bundleWorkflowCode } from '@temporalio/worker';

/**
 * The workflows' code as every worker, test and replay runs it: one way to build it, so that all of them agree. Takes
 * about 1.5 s. `interceptors` are further modules that look on, for an audit.
 */
export function buildWorkflowBundle(interceptors: readonly string[] = []): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({
    workflowInterceptorModules: [...interceptors],
    workflowsPath: pathOf('./workflows/index.ts'),
    payloadConverterPath: pathOf('./workflows/payload-converter.ts'),
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
    logger: new DefaultLogger('WARN'),
  });
}

function pathOf(module: string): string {
  return fileURLToPath(new URL(module, import.meta.url));
}
