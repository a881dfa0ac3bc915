import type { Posted } from './post-order.ts';

/**
 * The POSTs of this process that are under way, by client order id: the activity that takes over from the first workflow
 * task waits for the POST that is out instead of sending another.
 */
export class Placements {
  readonly #underWay = new Map<string, Promise<Posted>>();

  begin(clientOrderId: string, post: () => Promise<Posted>): Promise<Posted> {
    const posted = post().finally(() => this.#underWay.delete(clientOrderId));
    this.#underWay.set(clientOrderId, posted);
    // Whoever began it may not wait for it.
    posted.catch(() => undefined);
    return posted;
  }

  underWay(clientOrderId: string): Promise<Posted> | undefined {
    return this.#underWay.get(clientOrderId);
  }
}
