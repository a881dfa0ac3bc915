/** What `npm run test:servers` runs on each Temporal server: the tests of what differs between servers. */
import config from './jest.config.js';

const [servers] = config.projects.filter(({ displayName }) => displayName === 'servers');

const END_TO_END = [
  'cli/{doctor,many-orders,operator-commands,orders}',
  'client/{placing,release,resolving}',
  'crash/archive',
  'engine/start',
  'http/{halts,orders}',
  'links/temporal',
  'scenarios/{01-unseen-fills,05-07-not-there,18-away-for-a-day,20-21-asked-again,30-halted}',
  'temporal/unheard-cancel',
  'workflows/{archive,bad-input,cancel,feed,late-sync,long-lived,many-orders,manual-sync,order-kinds,order-life}',
  'workflows/{placement,reconcile-*,second-run,sent-by,stock-clients,temporal-console,worker-death,worker-process}',
];

export default {
  ...config,
  projects: [
    {
      ...servers,
      testMatch: END_TO_END.map((files) => `<rootDir>/test/${files}.test.ts`),
      testPathIgnorePatterns: ['/node_modules/'],
    },
  ],
};
