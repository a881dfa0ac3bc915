/** `npm run test:fast`: the tests that need no server. */
import config from './jest.config.js';

// Ten times as many take a minute of a processor; `npm test` has them.
process.env.ORDER_SYNC_LIVES ??= '1000';

export default {
  ...config,
  // Many of them wait for the simulated exchange's timers rather than for a processor.
  maxWorkers: 4,
  projects: config.projects.filter(({ displayName }) => displayName !== 'servers'),
};
