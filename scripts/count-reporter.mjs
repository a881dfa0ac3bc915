import { writeFileSync } from 'node:fs';

/** Writes down how many tests passed and failed, for scripts/test.mjs, which names the file to write to. A file of tests that can't even be loaded counts as one that failed. */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const { ORDER_SYNC_TEST_COUNTS: file } = process.env;
    if (file === undefined) return;
    const passed = results.numPassedTests;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    writeFileSync(file, JSON.stringify({ passed, failed }));
  }
}
