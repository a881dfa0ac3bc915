import { describe, expect, it } from '@jest/globals';
import { startOptions } from '../../../src/domain/order/start-options.ts';

const REQUEST = {
  clientOrderId: 'a-1',
  botId: 'bot7',
  productId: 'BTC-USD',
  side: 'BUY',
  orderConfiguration: { limit_limit_gtc: { base_size: '0.002', limit_price: '50000.00', post_only: false } },
} as const;

describe('what Temporal is told of an order at its start', () => {
  it('is the order on one line, and what can be asked of it', () => {
    const { staticSummary, staticDetails } = startOptions(REQUEST);
    expect(staticSummary).toBe(
      'BUY BTC-USD limit_limit_gtc (base_size 0.002, limit_price 50000.00, post_only false), bot bot7',
    );
    for (const name of ['manualSync', 'syncNow', 'cancelOrder', 'resolveOrder']) expect(staticDetails).toContain(name);
  });

  it('says that a run which was started with only the id resumes', () => {
    expect(startOptions({ clientOrderId: 'a-1' }).staticSummary).toBe('Goes on with the order where its row is');
  });

  it.each(['"'.repeat(128), '€'.repeat(128), '😀'.repeat(64)])(
    'keeps to the server’s limit with the bot %s',
    (botId) => {
      const { staticSummary } = startOptions({ ...REQUEST, botId });
      expect(Buffer.byteLength(JSON.stringify(staticSummary))).toBeLessThanOrEqual(250);
      expect(staticSummary).toMatch(/^BUY BTC-USD .*…$/);
      expect(staticSummary.isWellFormed()).toBe(true);
    },
  );

  it.each(['bot7', '"'.repeat(128), '€'.repeat(128), '😀'.repeat(64)])(
    'gives each bot its turn, by a key within the server’s limit for the bot %s',
    (botId) => {
      const key = startOptions({ ...REQUEST, botId }).priority?.fairnessKey ?? '';
      expect(Buffer.byteLength(key)).toBeLessThanOrEqual(64);
      expect(botId.startsWith(key.replace('…', ''))).toBe(true);
      expect(key).not.toBe('');
    },
  );

  it('has no bot for a run that was started with only the id', () => {
    expect(startOptions({ clientOrderId: 'a-1' })).not.toHaveProperty('priority');
  });
});
