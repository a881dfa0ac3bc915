/** Opens what an audit of the running deployment needs, and closes it again. */
import type { VerifyDependencies } from '../../audit/verify/judge.ts';
import type { Deployment } from '../../audit/verify/live-evidence.ts';
import { EncryptionCodec } from '../../encryption/payload-codec.ts';
import type { ClockOffsets } from '../../ports/clocks.ts';
import type { MovedOrders } from '../../ports/moved-orders.ts';
import type { SignedHead } from '../../ports/transparency-log.ts';
import type { Cli } from '../cli.ts';
import { readSettings } from '../../engine/settings/settings.ts';
import { buildsFolder } from '../../local/locations.ts';
import { withMigrated, withTemporal } from '../connect.ts';

export interface Audited {
  deployment: Deployment;
  dependencies: VerifyDependencies;
  /** What the proofs are against; null before the log has signed its first. */
  head: SignedHead | null;
  clockOffsets: Pick<ClockOffsets, 'between'>;
  movedOrders: MovedOrders;
}

export function withDeployment<Result>(cli: Cli, work: (audited: Audited) => Promise<Result>): Promise<Result> {
  return withMigrated(cli, ({ trades, histories, log, clockOffsets, movedOrders }) =>
    withTemporal(cli, async (temporal) => {
      // Loaded only where it is needed.
      const [{ proveOrders }, { parseCheckpoint }, { InclusionVerifier }, { OwnBuild, BuildFolder }] =
        await Promise.all([
          import('../../audit/log/prove.ts'),
          import('../../audit/log/checkpoint.ts'),
          import('../../audit/log/merkle-proof.ts'),
          import('../../audit/verify/builds.ts'),
        ]);
      const head = await log.head();
      const leavesOf = (...clientOrderIds: string[]) => proveOrders(log, clientOrderIds, head?.size ?? 0);
      const settings = readSettings(cli.environment);
      const codec = new EncryptionCodec(settings.payloadKeys);
      const builds = new OwnBuild(new BuildFolder(buildsFolder(settings)));
      try {
        return await withPool(cli, (pool) =>
          work({
            deployment: { trades, histories, temporal, codec, leavesOf },
            dependencies: {
              pool,
              builds,
              codec,
              log: head === null ? null : new InclusionVerifier(parseCheckpoint(head.note)),
            },
            head,
            clockOffsets,
            movedOrders,
          }),
        );
      } finally {
        await builds.close();
      }
    }),
  );
}

/** The processes that replay. */
export async function withPool<Result>(
  { replayPool }: Cli,
  work: (pool: VerifyDependencies['pool']) => Promise<Result>,
): Promise<Result> {
  if (replayPool !== undefined) return work(replayPool);
  const { ReplayPool } = await import('../../audit/replay/replay-pool.ts');
  const pool = new ReplayPool();
  try {
    return await work(pool);
  } finally {
    pool.close();
  }
}
