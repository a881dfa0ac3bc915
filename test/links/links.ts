/** A proxy on each link of the engine: to Temporal, the database, and the exchange's REST and WebSocket. */
import { startLinkProxy, type LinkProxy } from './link-proxy.ts';

export interface LinkTargets {
  /** Host and port. */
  temporal: string;
  /** URLs. */
  database: string;
  rest: string;
  push: string;
}

export type Links = Record<keyof LinkTargets, LinkProxy> & { close(): Promise<void> };

export async function startLinks(targets: LinkTargets): Promise<Links> {
  const temporal = await startLinkProxy(targets.temporal);
  const database = await startLinkProxy(targets.database);
  const rest = await startLinkProxy(targets.rest);
  const push = await startLinkProxy(targets.push);
  const close = async (): Promise<void> => {
    await Promise.all([temporal, database, rest, push].map((link) => link.close()));
  };
  return { temporal, database, rest, push, close };
}
