import type { Logger } from './log.ts';
import type { Alerts } from './ports/alerts.ts';

/** Alerts as log lines, each with the command that an operator answers it with. */
export function logAlerts(log: Logger): Alerts {
  return {
    raise(alert, trade) {
      log.warn(alert.message, {
        alert: alert.kind,
        clientOrderId: trade.clientOrderId,
        orderId: trade.orderId,
        botId: trade.botId,
        productId: trade.productId,
        status: trade.status,
        staleSince: trade.staleSince,
        remedy: `order-sync sync ${trade.clientOrderId}`,
      });
    },
  };
}
