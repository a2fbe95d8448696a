import pg from 'pg';

const identifier = pg.escapeIdentifier;

/**
 * Makes a database and a role of its name for each service, and closes each database to every other role. What exists is left,
 * so it can be run at every start and by several at once; a role that exists keeps its password.
 */
export async function initDatabases(
  adminUrl: string,
  services: readonly string[],
  password: (service: string) => string,
): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    // Held until the connection ends: two that begin together do not collide.
    await client.query("SELECT pg_advisory_lock(hashtext('throughline init'))");
    const { rows: roles } = await client.query<{ name: string }>('SELECT rolname AS name FROM pg_roles');
    const { rows: databases } = await client.query<{ name: string; open: boolean }>(
      "SELECT datname AS name, has_database_privilege('public', oid, 'CONNECT') AS open FROM pg_database",
    );
    const open = new Set(databases.filter((database) => database.open).map(({ name }) => name));
    for (const name of services) {
      if (!roles.some((role) => role.name === name)) {
        await client.query(`CREATE ROLE ${identifier(name)} LOGIN PASSWORD ${pg.escapeLiteral(password(name))}`);
      }
      if (!databases.some((database) => database.name === name)) {
        await client.query(`CREATE DATABASE ${identifier(name)} OWNER ${identifier(name)} STRATEGY FILE_COPY`);
        open.add(name);
      }
    }
    for (const name of [...services, 'postgres'].filter((each) => open.has(each))) {
      await client.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${identifier(name)} FROM PUBLIC`);
    }
  } finally {
    await client.end();
  }
}
