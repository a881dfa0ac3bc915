/** `npm run test:fast`: the tests that need no server. */
import config from './jest.config.js';

export default {
  ...config,
  // Many of them wait for the simulated exchange's timers rather than for a processor.
  maxWorkers: 4,
  projects: config.projects.filter(({ displayName }) => displayName !== 'servers'),
};
