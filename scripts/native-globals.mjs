/** `@jest/globals` of the test file that is loaded: modules stay from file to file, and Jest makes these anew for each. */
export { expect } from 'expect';

export const describe = ofThisFile('describe');
export const it = ofThisFile('it');
export const beforeAll = ofThisFile('beforeAll');
export const beforeEach = ofThisFile('beforeEach');
export const afterAll = ofThisFile('afterAll');
export const afterEach = ofThisFile('afterEach');

function ofThisFile(name) {
  const present = () => globalThis[Symbol.for('order-sync.jest-globals')][name];
  return new Proxy(() => undefined, {
    apply: (_target, _this, args) => present()(...args),
    get: (_target, key) => present()[key],
  });
}
