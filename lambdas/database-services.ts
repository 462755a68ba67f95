import { exportSources } from '../adapters/export-sources.ts';
import { postgresReportChoices } from '../adapters/postgres/report-choices.ts';
import { type PostgresTimeouts, postgresExportSource } from '../adapters/postgres/source.ts';
import { rowsExportSource } from '../adapters/rows/source.ts';
import { secretsClient } from '../adapters/secrets/client.ts';
import { databaseSecret } from '../adapters/secrets/database-secret.ts';
import { systemClock } from '../core/ports/clock.ts';

/*
 * Apart from the other services: pg is CommonJS, which a bundle takes whole and evaluates even where nothing of it is used.
 */

/** How the functions that read the database sign in. */
interface DatabaseEnvironment {
  readonly DATABASE_SECRET_ARN: string;
  readonly DATABASE_HOST?: string | undefined;
}

function reader(env: DatabaseEnvironment) {
  return databaseSecret(secretsClient(), env.DATABASE_SECRET_ARN, env.DATABASE_HOST);
}

export function source(env: DatabaseEnvironment, timeouts: PostgresTimeouts = {}) {
  return exportSources({
    postgres: postgresExportSource(reader(env), timeouts),
    rows: rowsExportSource(systemClock),
  });
}

export function choices(env: DatabaseEnvironment) {
  return postgresReportChoices(reader(env));
}
