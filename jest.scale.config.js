/** `npm run test:scale`: what takes minutes, outside of `npm test`. */
import config from './jest.config.js';

const [servers] = config.projects.filter(({ displayName }) => displayName === 'servers');

export default {
  ...config,
  maxWorkers: 1,
  projects: [
    {
      ...servers,
      displayName: 'scale',
      testMatch: ['<rootDir>/test/scale/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/'],
    },
  ],
};
