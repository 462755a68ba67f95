import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres } from '../../local/postgres/server.ts';
import { READER_ROLE } from '../../sample/seed.ts';

/** Few enough orders to be seeded in a moment. */
export const FEW_ORDERS = { acme: 6_000, globex: 2_000 };

export const READER_PASSWORD = `quote' and \\backslash`;

/** An empty server for the tests of one file, which stop it at their end. */
export async function startSampleServer() {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-sample-'));
  // The server's unprivileged user has to enter it.
  chmodSync(directory, 0o755);
  const server = await startPostgres({ directory, log: () => undefined });
  const clients: Client[] = [];

  async function connect(user?: string): Promise<Client> {
    const { hostname, port, pathname } = new URL(server.adminUrl);
    const client = user
      ? new Client({ host: hostname, port: Number(port), database: pathname.slice(1), user, password: READER_PASSWORD })
      : new Client({ connectionString: server.adminUrl });
    await client.connect();
    clients.push(client);
    return client;
  }

  async function stop(): Promise<void> {
    await Promise.all(clients.map((client) => client.end()));
    await server.stop();
    rmSync(directory, { recursive: true });
  }

  return { adminUrl: server.adminUrl, connectAdmin: () => connect(), connectReader: () => connect(READER_ROLE), stop };
}
