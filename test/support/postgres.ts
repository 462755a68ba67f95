import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { DatabaseCredentials } from '../../adapters/postgres/session.ts';
import { postgresExportSource } from '../../adapters/postgres/source.ts';
import type { ExportSource } from '../../core/ports/export-source.ts';
import { type PostgresServer, startPostgres } from '../../local/postgres/server.ts';

/** A PostgreSQL server for one test file. */
export interface TestPostgres extends AsyncDisposable {
  readonly server: PostgresServer;
  readonly admin: Client;
  /** A source on the server, by default as its superuser. */
  source(
    options?: Parameters<typeof postgresExportSource>[1],
    login?: { readonly user: string; readonly password: string },
  ): ExportSource;
  /** How to sign in as its superuser. */
  readonly credentials: DatabaseCredentials;
  /** Resolves as soon as exactly this many sessions of exports exist. */
  sessions(count: number): Promise<void>;
}

export async function startTestPostgres(): Promise<TestPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-postgres-'));
  const server = await startPostgres({ directory, log: () => {} });
  const admin = new Client({ connectionString: server.adminUrl });
  admin.on('error', () => {});
  await admin.connect();
  const { username: user, password, pathname } = new URL(server.adminUrl);
  const { host, port } = server;
  const credentials = { user, password, host, port, database: pathname.slice(1), tls: false };
  return {
    server,
    admin,
    credentials,
    source: (options, login = { user, password }) =>
      postgresExportSource(async () => ({ ...credentials, ...login }), options),
    async sessions(count) {
      for (;;) {
        const { rows } = await admin.query<{ sessions: number }>(
          `SELECT count(*)::int AS sessions FROM pg_stat_activity WHERE application_name LIKE 'waybill %'`,
        );
        if (rows[0]?.sessions === count) return;
        // Within a transaction the first look would otherwise be the last.
        await admin.query('SELECT pg_stat_clear_snapshot(), pg_sleep(0.02)');
      }
    },
    async [Symbol.asyncDispose]() {
      await admin.end().catch(() => {});
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
