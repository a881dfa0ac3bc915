// A process that owns an embedded PostgreSQL, to be killed by a test: `node test/support/own-postgres.ts [dataDir]` prints the server as JSON and stays.
import { startPostgres } from '../../src/local/postgres.ts';

const dataDir = process.argv[2];
const server = await startPostgres(dataDir === undefined ? {} : { dataDir });
console.log(JSON.stringify(server));
setInterval(() => {}, 60_000);
