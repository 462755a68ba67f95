import { seedSampleDatabase } from '../sample/seed.ts';
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
  /** Fills it on the first start; the reader gets the password of its secret at every start. */
  seed(secrets: SecretVersions): Promise<void>;
  stop(): Promise<void>;
}

/** The template's database as an embedded PostgreSQL with the sample data. */
export async function startSampleDatabase(options: SampleDatabaseOptions): Promise<SampleDatabase> {
  const { plan, directory, log, progress, orders } = options;
  const readerSecret = plan.secrets.find(
    (secret) => secret.attachedDatabase !== undefined && isReader(secret.generate?.template),
  );
  if (readerSecret === undefined) throw new Error('The template has no secret for the read-only database role.');
  const server = await startPostgres({ directory, log: (line) => log('postgres', line) });
  const url = new URL(server.adminUrl);
  return {
    server,
    adminUrl: server.adminUrl,
    address: { engine: 'postgres', host: server.host, port: server.port, dbname: url.pathname.slice(1) },
    async seed(secrets) {
      const { password } = JSON.parse(secrets.at(readerSecret, CURRENT)?.value ?? '') as { password: string };
      const noticed = setTimeout(() => progress('filling the sample database (first start only)'), 1000);
      await seedSampleDatabase({ adminUrl: server.adminUrl, readerPassword: password, ...(orders && { orders }) });
      clearTimeout(noticed);
    },
    stop: () => server.stop(),
  };
}

function isReader(template: string | undefined): boolean {
  return template?.includes('waybill_reader') ?? false;
}
