/** What `npm run test:servers` runs on each Temporal server: the tests of what differs between servers. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import config from './jest.config.js';

const [servers] = config.projects.filter(({ displayName }) => displayName === 'servers');

const END_TO_END = {
  cli: ['doctor', 'many-orders', 'operator-commands', 'orders'],
  client: ['placing', 'resolving'],
  engine: ['start'],
  http: ['halts'],
  scenarios: ['01-unseen-fills', '18-away-for-a-day', '20-21-asked-again', '30-halted'],
  temporal: ['overdue-workflow', 'unhandled-cancel', 'worker-deployment'],
  versions: ['rolling-restart'],
  workflows: [
    'archive',
    'bad-input',
    'cancel',
    'feed',
    'late-sync',
    'long-lived',
    'many-orders',
    'manual-sync',
    'order-kinds',
    'order-life',
    'placement',
    'reconcile-absence',
    'reconcile-all',
    'reconcile-kinds',
    'reconcile-resume',
    'reconcile-stuck',
    'second-run',
    'sent-by',
    'stock-clients',
    'temporal-console',
    'worker-death',
  ],
};

/** `postgres@1.31.2` for example, or host and port; unset, the development server, which is 1.29. */
const { ORDER_SYNC_TEST_TEMPORAL: given = '@1.29.' } = process.env;
const [, minor = Infinity] = /@1\.(\d+)\./.exec(given) ?? [];
/** Orders that rest can leave the version of their workers from 1.31 on. */
if (Number(minor) >= 31) END_TO_END.versions.push('two-builds');

const files = Object.entries(END_TO_END).flatMap(([folder, names]) =>
  names.map((name) => join(import.meta.dirname, 'test', folder, `${name}.test.ts`)),
);
// Jest passes over a pattern that no file fits.
const missing = files.filter((file) => !existsSync(file));
if (missing.length > 0) throw new Error(`there is no ${missing.join(', no ')}: correct jest.servers.config.js`);

export default {
  ...config,
  projects: [
    {
      ...servers,
      testMatch: files,
      testPathIgnorePatterns: ['/node_modules/'],
    },
  ],
};
