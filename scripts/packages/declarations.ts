/** What the packages promise to those who import them: for each entry one file of declarations, kept in `api/`. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Extractor, ExtractorConfig, type ExtractorLogLevel } from '@microsoft/api-extractor';

export const ROOT = join(import.meta.dirname, '..', '..');

/** Name of the file in `api/`, and the module that it declares. */
const ENTRIES = { client: 'client/index', worker: 'worker', simulator: 'simulator/index' } as const;

/** As `tsconfig.json` has them: the extractor brings a TypeScript of its own, and reads declarations alone. */
const COMPILER_OPTIONS = {
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  types: ['node'],
  strict: true,
  skipLibCheck: true,
};

/** Compiles `src/` into `folder`, which is emptied by the caller. */
export async function compile(folder: string, ...more: string[]): Promise<void> {
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
  const compiled = promisify(execFile)(tsc, ['-p', 'tsconfig.build.json', '--outDir', folder, ...more], { cwd: ROOT });
  await compiled.catch((error: { stdout?: string }) => {
    throw new Error(`tsc failed: ${error.stdout}`, { cause: error });
  });
}

/** Name in `api/` and content of each, from what was compiled. */
export async function declarations(compiled: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const [name, entry] of Object.entries(ENTRIES)) {
    files[`${name}.d.ts`] = await rollUp(join(compiled, `${entry}.d.ts`), join(compiled, `${name}.rolled-up.d.ts`));
  }
  return files;
}

function rollUp(entry: string, result: string): Promise<string> {
  const quiet = { default: { logLevel: 'none' as ExtractorLogLevel } };
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: entry,
      compiler: { overrideTsconfig: { compilerOptions: COMPILER_OPTIONS, files: [entry] } },
      dtsRollup: { enabled: true, untrimmedFilePath: result },
      apiReport: { enabled: false },
      docModel: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: { extractorMessageReporting: quiet, tsdocMessageReporting: quiet },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(ROOT, 'package.json'),
  });
  const wrong: string[] = [];
  const { succeeded } = Extractor.invoke(config, {
    messageCallback(message) {
      if (message.logLevel === 'error') wrong.push(message.text);
      message.handled = true;
    },
  });
  if (!succeeded) throw new Error(`the declarations of ${entry} cannot be rolled up: ${wrong.join('; ')}`);
  return readFile(result, 'utf8');
}
