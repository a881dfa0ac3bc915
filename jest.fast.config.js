/** `npm run test:fast`: the tests that need no server. */
import config from './jest.config.js';

export default {
  ...config,
  projects: config.projects.filter(({ displayName }) => displayName !== 'servers'),
};
