import { Logger } from '@aws-lambda-powertools/logger';
import { dynamoClient } from '../adapters/dynamodb/client.ts';
import { openRangeStore } from '../adapters/dynamodb/range-store.ts';
import { createStores } from '../adapters/dynamodb/stores.ts';
import { exportSources } from '../adapters/export-sources.ts';
import { randomIds } from '../adapters/ids.ts';
import { embeddedMetrics } from '../adapters/metrics/embedded-metrics.ts';
import { postgresExportSource } from '../adapters/postgres/source.ts';
import { rowsExportSource } from '../adapters/rows/source.ts';
import { fileClient } from '../adapters/s3/client.ts';
import { s3FileStore } from '../adapters/s3/file-store.ts';
import { secretsClient } from '../adapters/secrets/client.ts';
import { databaseSecret } from '../adapters/secrets/database-secret.ts';
import { stepFunctionsClient } from '../adapters/step-functions/client.ts';
import { stepFunctionsTokens } from '../adapters/step-functions/executions.ts';
import { readEnvironment } from '../core/contract/env.ts';
import { exportInput } from '../core/contract/payloads.ts';
import { systemClock } from '../core/ports/clock.ts';
import { handOver, isGivenUp } from '../core/usecases/hand-over.ts';
import { measurementsOf } from '../core/usecases/measurements.ts';
import { runExport } from '../pipeline/run-export.ts';
import { runLead } from '../pipeline/run-lead.ts';
import type { RunOutcome } from '../pipeline/run-outcome.ts';
import { type PartOutcome, runPart } from '../pipeline/run-part.ts';
import { catalog } from '../reports/index.ts';

/** The time from SIGTERM to SIGKILL is 30 s; by then everything must have been given back. */
const SHUTDOWN_TIMEOUT_MS = 25_000;

/** The task failed and another attempt should run: `ecs:runTask.sync` knows a failure by this alone. */
const EXIT_RETRY = 1;

const env = readEnvironment('worker');
const ref = exportInput.parse({ accountId: env.ACCOUNT_ID, exportId: env.EXPORT_ID });
const persistentKeys = {
  stage: env.STAGE,
  ...ref,
  executionArn: env.EXECUTION_ARN,
  ...(env.ROLE !== 'alone' && { role: env.ROLE, worker: env.WORKER_NUMBER }),
};
const log = new Logger({ serviceName: 'worker', persistentKeys });

const shutdown = new AbortController();
process.once('SIGTERM', () => {
  log.info('stopping');
  shutdown.abort(new Error('SIGTERM'));
  setTimeout(() => process.exit(EXIT_RETRY), SHUTDOWN_TIMEOUT_MS).unref();
});

const emit = embeddedMetrics({ stage: env.STAGE, clock: systemClock, out: process.stdout });
const client = dynamoClient();
const { attempts, exports } = createStores({
  client,
  tableName: env.TABLE_NAME,
  observe: (before, change) => emit(measurementsOf(before, change)),
});
const ranges = openRangeStore({ client, tableName: env.TABLE_NAME });
const dependencies = {
  attempts,
  exports,
  ranges,
  files: s3FileStore({ client: fileClient(), bucket: env.BUCKET_NAME }),
  source: exportSources({
    postgres: postgresExportSource(databaseSecret(secretsClient(), env.DATABASE_SECRET_ARN, env.DATABASE_HOST)),
    rows: rowsExportSource(systemClock),
  }),
  connections: env.DATABASE_CONNECTIONS,
  catalog,
  clock: systemClock,
  ids: randomIds,
  log,
};
const { signal } = shutdown;

function run(): Promise<RunOutcome | PartOutcome> {
  if (env.ROLE === 'part') return runPart(ref, dependencies, { signal });
  if (env.ROLE === 'alone') return runExport(ref, dependencies, { signal });
  const handover = env.HANDOVER;
  // Under another name those who wait for the lead would not hear of it.
  if (handover === undefined) throw new Error('A lead needs HANDOVER');
  const meeting = { ranges, executions: stepFunctionsTokens(stepFunctionsClient()), clock: systemClock };
  const tell = (workers: readonly number[]) => handOver(meeting, ref.exportId, handover, { workers });
  const isOver = () => isGivenUp(meeting, ref.exportId, handover);
  return runLead(ref, { ...dependencies, handOver: tell, isGivenUp: isOver }, { signal, workers: env.PART_WORKERS });
}

const outcome = await run();
log.info(env.ROLE === 'part' ? 'part ended' : 'attempt ended', { outcome });
// Not waiting for idle connections to close.
process.exit(outcome.kind === 'retry' ? EXIT_RETRY : 0);
