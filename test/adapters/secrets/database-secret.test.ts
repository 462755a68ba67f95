// @module-tag reader-endpoint

import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { databaseSecret } from '../../../adapters/secrets/database-secret.ts';

const client = mockClient(SecretsManagerClient);
afterAll(() => client.restore());
const secret = { host: 'writer.example.internal', port: '5432', dbname: 'app', username: 'reader', password: 'p' };
const read = (host?: string) => databaseSecret(new SecretsManagerClient({}), 'arn', host)();

beforeEach(() => {
  client.reset();
  client.on(GetSecretValueCommand).resolves({ SecretString: JSON.stringify(secret) });
});

test('a secret says all there is to know', async () => {
  const login = { port: 5432, database: 'app', user: 'reader', password: 'p', tls: true };
  expect(await read()).toEqual({ host: 'writer.example.internal', ...login });
});

test('a reader endpoint takes the place of its host alone', async () => {
  expect(await read('replica.example.internal')).toEqual({ ...(await read()), host: 'replica.example.internal' });
  // Whether TLS is used goes by where the connection goes.
  expect((await read('127.0.0.1')).tls).toBe(false);
});

test.each(['', '{}', JSON.stringify({ ...secret, port: 0 })])(
  'a secret that cannot be understood: %j',
  async (value) => {
    client.on(GetSecretValueCommand).resolves({ SecretString: value });
    await expect(read()).rejects.toMatchObject({ code: 'source_unavailable', retryable: true });
  },
);
