/** `npm run histories:release -- <version>`: keeps the histories as the release of that version has them. */
import { keepHistoriesOf } from '../support/released-histories.ts';

const [version = ''] = process.argv.slice(2);
try {
  if (!/^\d+\.\d+\.\d+$/.test(version)) {
    throw new Error('which version is released? For example: npm run histories:release -- 1.2.0');
  }
  console.log(`${keepHistoriesOf(version)} histories are kept in test/histories/released/${version}`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
