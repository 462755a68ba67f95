import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { InvokeFunction } from './lambda/lambda-host.ts';
import type { LogLine } from './line-log.ts';
import { type PostgresServer, startPostgres } from './postgres/server.ts';
import { CURRENT, type SecretVersions } from './secrets-manager/secret-versions.ts';
import type { DatabaseAddress } from './secrets-manager/secrets-manager.ts';
import type { LocalPlan } from './template/local-plan.ts';

export interface SampleDatabaseOptions {
  readonly plan: LocalPlan;
  readonly directory: string;
  readonly log: LogLine;
  readonly progress: (step: string) => void;
  /** Fewer orders, for tests. */
  readonly orders?: { readonly acme: number; readonly globex: number } | undefined;
}

export interface SampleDatabase {
  readonly server: PostgresServer;
  /** Connection string of the superuser, past every policy. */
  readonly adminUrl: string;
  /** What secrets attached to the database say of it. */
  readonly address: DatabaseAddress;
  /** Has the template's function fill it on the first start; that function gives the reader its password at every start. */
  seed(secrets: SecretVersions, invoke: InvokeFunction): Promise<void>;
  stop(): Promise<void>;
}

/** The template's database as an embedded PostgreSQL with the sample data. */
export async function startSampleDatabase(options: SampleDatabaseOptions): Promise<SampleDatabase> {
  const { plan, directory, log, progress, orders } = options;
  const seeder = plan.functions.find(({ environment }) => environment.ADMIN_SECRET_ARN !== undefined);
  const adminSecret = plan.secrets.find(({ arn }) => arn === seeder?.environment.ADMIN_SECRET_ARN);
  if (!seeder || !adminSecret)
    throw new Error('The template has no function that fills the database, or no secret for it.');
  const server = await startPostgres({ directory, log: (line) => log('postgres', line) });
  const url = new URL(server.adminUrl);
  return {
    server,
    adminUrl: server.adminUrl,
    address: { engine: 'postgres', host: server.host, port: server.port, dbname: url.pathname.slice(1) },
    async seed(secrets, invoke) {
      await createOwner(server.adminUrl, JSON.parse(secrets.at(adminSecret, CURRENT)?.value ?? ''));
      const noticed = setTimeout(() => progress('filling the sample database (first start only)'), 1000);
      await invoke({ caller: 'service', functionArn: seeder.arn, payload: orders ? { orders } : {} });
      clearTimeout(noticed);
    },
    stop: () => server.stop(),
  };
}

/** The role that Aurora makes with a cluster; here it can take over what an earlier start made as another role. */
async function createOwner(adminUrl: string, owner: { username: string; password: string }): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const role = escapeIdentifier(owner.username);
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [owner.username]);
    if (rowCount === 0) await client.query(`create role ${role} login superuser`);
    await client.query(`alter role ${role} password ${escapeLiteral(owner.password)}`);
  } finally {
    await client.end();
  }
}
