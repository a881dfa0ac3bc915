/** The balances of the one portfolio: what is free, and what open orders hold. */
import type { Decimal } from './decimal.ts';
import { ZERO, decimal } from './decimal.ts';

export interface Balance {
  currency: string;
  available: Decimal;
  hold: Decimal;
}

export class Account {
  readonly #balances = new Map<string, Balance>();

  constructor(start: Readonly<Record<string, string>>) {
    for (const [currency, amount] of Object.entries(start)) this.balance(currency).available = decimal(amount);
  }

  balance(currency: string): Balance {
    let balance = this.#balances.get(currency);
    if (!balance) {
      balance = { currency, available: ZERO, hold: ZERO };
      this.#balances.set(currency, balance);
    }
    return balance;
  }

  balances(): Balance[] {
    return [...this.#balances.values()];
  }

  /** Moves from what is free to what is held; a negative amount moves back. */
  hold(currency: string, amount: Decimal): void {
    const balance = this.balance(currency);
    balance.available = balance.available.minus(amount);
    balance.hold = balance.hold.plus(amount);
  }

  credit(currency: string, amount: Decimal): void {
    const balance = this.balance(currency);
    balance.available = balance.available.plus(amount);
  }

  debit(currency: string, amount: Decimal): void {
    this.credit(currency, ZERO.minus(amount));
  }
}
