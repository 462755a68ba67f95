import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { ExportFailedError } from '../../core/domain/errors.ts';
import type { DatabaseCredentials } from '../postgres/session.ts';

/** The shape that RDS and CDK give database secrets; both write the port as a number or as text. */
const secretSchema = z.object({
  host: z.string().min(1),
  port: z.coerce.number().int().min(1).max(65_535).default(5432),
  dbname: z.string().min(1),
  username: z.string().min(1),
  password: z.string(),
  /** Whether to use TLS; by default everywhere but on this machine. */
  ssl: z.boolean().optional(),
});

const loopbackHosts: readonly string[] = ['localhost', '127.0.0.1', '::1'];

/**
 * Reads the credentials of a role each time it is called: a rotated password is then never stale.
 * @param hostInstead to connect to, when it is not the secret's
 * @throws ExportFailedError source_unavailable when the secret cannot be read or understood
 */
export function databaseSecret(
  client: SecretsManagerClient,
  secretArn: string,
  hostInstead?: string,
): (signal?: AbortSignal) => Promise<DatabaseCredentials> {
  return async (abortSignal) => {
    try {
      const command = new GetSecretValueCommand({ SecretId: secretArn });
      const { SecretString } = await client.send(command, { ...(abortSignal && { abortSignal }) });
      const secret = secretSchema.parse(JSON.parse(SecretString ?? ''));
      const host = hostInstead ?? secret.host;
      return {
        host,
        port: secret.port,
        database: secret.dbname,
        user: secret.username,
        password: secret.password,
        tls: secret.ssl ?? !loopbackHosts.includes(host),
      };
    } catch (cause) {
      throw new ExportFailedError('source_unavailable', { retryable: true, cause });
    }
  };
}
