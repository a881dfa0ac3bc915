/**
 * Coinbase keeps one book for USD and USDC: an order on BTC-USDC may be reported as BTC-USD (seen by NautilusTrader's
 * adapter), so products are compared with that alias.
 */
export function productAliases(productId: string): string[] {
  if (productId.endsWith('-USD')) return [productId, `${productId}C`];
  if (productId.endsWith('-USDC')) return [productId, productId.slice(0, -1)];
  return [productId];
}

export function isSameProduct(a: string, b: string): boolean {
  return productAliases(a).includes(b);
}
