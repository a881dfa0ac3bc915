import { describe, expect, it } from '@jest/globals';
import { NOBODY, readRequester } from '../../../src/domain/order/requester.ts';

describe('who asked by hand', () => {
  it('is read from what came', () => {
    expect(readRequester({ requestedBy: 'ann', reason: 'stuck' })).toEqual({
      requester: { requestedBy: 'ann', reason: 'stuck' },
      asItCame: null,
    });
  });

  it.each([{ requestedBy: 'ann' }, { requestedBy: 'ann', reason: null }])('may leave a part out: %j', (argument) => {
    expect(readRequester(argument)).toEqual({ requester: { requestedBy: 'ann', reason: null }, asItCame: null });
  });

  it.each([undefined, null, {}, { requestedBy: null, reason: null }])('is nobody when nothing came: %j', (argument) => {
    expect(readRequester(argument)).toEqual({ requester: NOBODY, asItCame: null });
  });

  it.each([
    '',
    'ann',
    7,
    true,
    [],
    ['ann'],
    { requestedBy: 7 },
    { requestedBy: 'ann', why: 'x' },
    { requested_by: 'ann' },
  ])('is nobody when an unknown shape came, which is recorded as it came: %j', (argument) => {
    expect(readRequester(argument)).toEqual({ requester: NOBODY, asItCame: { argument } });
  });
});
