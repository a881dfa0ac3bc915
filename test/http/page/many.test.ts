import { describe, expect, it } from '@jest/globals';
import type { CommandResult } from '../../../src/domain/order/command-result.ts';
import { manyResultsView } from '../../../src/http/page/views/many.ts';

const FORM = { view: 'stale', bot_id: 'bot7', requested_by: 'ann', reason: '"tidy" up' } as const;

function result(fields: Partial<CommandResult>): CommandResult {
  const order = { clientOrderId: 'o-1', orderId: null, botId: 'bot7', productId: 'BTC-USD' } as const;
  return { ...order, fromStatus: 'stale', toStatus: 'stale', outcome: 'requested', error: null, ...fields };
}

describe('the result of a command for a whole list', () => {
  const results = [
    result({}),
    result({ clientOrderId: 'o-2' }),
    result({ clientOrderId: 'o-3', toStatus: null, outcome: 'failed', error: '<b>no</b>' }),
  ];

  it('counts the outcomes, and reports the result for each order', () => {
    const text = manyResultsView('cancel', results, { form: FORM, nextCursor: null }).toString();
    expect(text).toContain('<h2>2 requested, 1 failed</h2>');
    expect(text).toMatch(/o-3[\s\S]*failed: &lt;b&gt;no/);
    expect(text).not.toContain('Continue with the rest');
  });

  it('offers the orders that there was no time for, with the same name and reason', () => {
    const text = manyResultsView('cancel', results, { form: FORM, nextCursor: 'abc' }).toString();
    const fields = [...text.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]);
    expect(Object.fromEntries(fields)).toEqual({ ...FORM, reason: '&quot;tidy&quot; up', cursor: 'abc' });
    expect(text).toMatch(/hx-post="\/page\/many\/cancel"[\s\S]*Continue with the rest/);
  });
});
