export interface DatabaseLocation {
  databaseName: string;
  /** Host and database as error messages name them. */
  where: string;
}

const EXAMPLE = 'postgres://user:password@host:5432/database';

/** Reads what error messages need. The URL itself is never shown, because it holds the password. */
export function parseDatabaseUrl(url: string): DatabaseLocation {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new Error(`DATABASE_URL is not a PostgreSQL URL: it must look like ${EXAMPLE}`);
  }
  const databaseName = decodeURIComponent(parsed.pathname.slice(1));
  if (databaseName === '') throw new Error(`DATABASE_URL names no database: it must look like ${EXAMPLE}`);
  // A host may be given as a parameter too: so a Unix socket's folder is named.
  const host = parsed.host || parsed.searchParams.get('host') || 'localhost';
  return { databaseName, where: `database ${databaseName} at ${host}` };
}
