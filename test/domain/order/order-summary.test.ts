import { describe, expect, it } from '@jest/globals';
import { startMetadata } from '../../../src/domain/order/order-summary.ts';

const REQUEST = {
  clientOrderId: 'a-1',
  botId: 'bot7',
  productId: 'BTC-USD',
  side: 'BUY',
  orderConfiguration: { limit_limit_gtc: { base_size: '0.002', limit_price: '50000.00', post_only: false } },
} as const;

describe('what Temporal shows of an order from its start', () => {
  it('is the order on one line, and what can be asked of it', () => {
    const { staticSummary, staticDetails } = startMetadata(REQUEST);
    expect(staticSummary).toBe(
      'BUY BTC-USD limit_limit_gtc (base_size 0.002, limit_price 50000.00, post_only false), bot bot7',
    );
    for (const name of ['manualSync', 'syncNow', 'cancelOrder', 'resolveOrder']) expect(staticDetails).toContain(name);
  });

  it('says of a run that was started with the id alone that it goes on', () => {
    expect(startMetadata({ clientOrderId: 'a-1' }).staticSummary).toBe('Goes on with the order where its row is');
  });

  it.each(['"'.repeat(128), '€'.repeat(128), '😀'.repeat(64)])(
    'keeps to the server’s limit with the bot %s',
    (botId) => {
      const { staticSummary } = startMetadata({ ...REQUEST, botId });
      expect(Buffer.byteLength(JSON.stringify(staticSummary))).toBeLessThanOrEqual(300);
      expect(staticSummary).toMatch(/^BUY BTC-USD .*…$/);
      expect(staticSummary.isWellFormed()).toBe(true);
    },
  );
});
