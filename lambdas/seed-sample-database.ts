import type { DatabaseCredentials } from '../adapters/postgres/session.ts';
import { secretsClient } from '../adapters/secrets/client.ts';
import { databaseSecret } from '../adapters/secrets/database-secret.ts';
import { readEnvironment } from '../core/contract/env.ts';
import { sampleSeeding } from '../core/contract/payloads.ts';
import { seedSampleDatabase } from '../sample/seed.ts';
import { stepHandler } from './middleware/step-handler.ts';

const env = readEnvironment('seed-sample-database');
const client = secretsClient();
const admin = databaseSecret(client, env.ADMIN_SECRET_ARN);
const reader = databaseSecret(client, env.DATABASE_SECRET_ARN);

/** Invoked by whoever deployed the stage, as often as they like: what is there already is left alone. */
export const handler = stepHandler('seed-sample-database', sampleSeeding, async ({ orders }) => {
  const [credentials, { password }] = await Promise.all([admin(), reader()]);
  return seedSampleDatabase({ adminUrl: urlOf(credentials), readerPassword: password, ...(orders && { orders }) });
});

function urlOf({ host, port, database, user, password, tls }: DatabaseCredentials): string {
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `postgresql://${login}@${host}:${port}/${encodeURIComponent(database)}${tls ? '?sslmode=verify-full' : ''}`;
}
