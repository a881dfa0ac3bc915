/** Properties over random inputs, whose failure can be run again. */
import fc, { type IAsyncProperty, type IProperty } from 'fast-check';

/**
 * Tries a property with `runs` random inputs. `ORDER_SYNC_SEED` in the environment chooses them; a failure names the seed and
 * the smallest input found.
 */
export async function holds<Inputs>(property: IProperty<Inputs> | IAsyncProperty<Inputs>, runs = 1_000): Promise<void> {
  const seed = Number(process.env['ORDER_SYNC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  if (!Number.isInteger(seed)) throw new Error('ORDER_SYNC_SEED must be a whole number');
  const details = await fc.check(property as IAsyncProperty<Inputs>, { seed, numRuns: runs });
  if (!details.failed) return;
  const why = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
  throw new Error(`${why}\nRun it again with ORDER_SYNC_SEED=${seed}\n${fc.defaultReportMessage(details) ?? ''}`);
}
