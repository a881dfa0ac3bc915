/** Tests that need neither a database nor Temporal; `npm run test:fast` runs only these. */
const PURE = [
  'alerts',
  'audit/log',
  'bench/cluster',
  'bench/growth',
  'bench/torture',
  'coinbase',
  'defects',
  'dev',
  'docs',
  'domain',
  'encryption',
  'engine/settings',
  'http/page',
  'process',
  'real-clients',
  'scripts',
  'simulation',
  'simulator',
].map((room) => `<rootDir>/test/${room}/**/*.test.ts`);

/** Pure tests that have Jest move the clock, which it can in its own sandbox only. */
const MOVED_CLOCK = ['coinbase/request-budget', 'coinbase/shared-budget', 'process/wait-at-start'].map(
  (file) => `<rootDir>/test/${file}.test.ts`,
);

const common = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  // The compiled modules stay ES modules: jest is run with --experimental-vm-modules.
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } }],
  },
  modulePathIgnorePatterns: ['<rootDir>/.order-sync/', '<rootDir>/dist/'],
};
const native = { ...common, runtime: '<rootDir>/scripts/native-runtime.mjs' };

export default {
  // The last resort: each wait has a deadline of its own, which says what was waited for.
  testTimeout: 240_000,
  reporters: ['default', '<rootDir>/scripts/count-reporter.mjs'],
  // A file waits for timers of the engine for more than half of its time: three keep two processors busy.
  maxWorkers: 3,
  testSequencer: '<rootDir>/scripts/longest-early.mjs',
  // The scenarios of a file live side by side.
  maxConcurrency: 12,
  projects: [
    {
      ...native,
      displayName: 'pure',
      testMatch: PURE,
      testPathIgnorePatterns: ['/node_modules/', ...MOVED_CLOCK],
    },
    { ...common, displayName: 'moved clock', testMatch: MOVED_CLOCK },
    {
      ...native,
      displayName: 'servers',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '<rootDir>/test/scale/',
        '<rootDir>/test/versions/',
        ...PURE.map((glob) => glob.replace('/**/*.test.ts', '/')),
      ],
      globalSetup: '<rootDir>/test/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/support/global-teardown.ts',
    },
  ],
};
