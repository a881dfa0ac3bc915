/**
 * Jest's runtime, but that the modules of a test are Node's own: loaded by Node as in production, and once for each of
 * Jest's processes instead of once for each file. Loading the engine takes 2 s of a processor, in Jest's sandbox 4 s.
 * So test files share a process's modules, globals and Temporal runtime; module mocks and fake timers do not exist here.
 */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import JestRuntime from 'jest-runtime';

const GLOBALS = new URL('native-globals.mjs', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals' ? { url: GLOBALS, shortCircuit: true } : next(specifier, context),
});

export default class NativeRuntime extends JestRuntime {
  setGlobalsForRuntime(globals) {
    super.setGlobalsForRuntime(globals);
    globalThis[Symbol.for('order-sync.jest-globals')] = globals;
  }

  async unstable_importModule(path) {
    await import(pathToFileURL(path).href);
  }
}
