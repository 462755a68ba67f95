import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AwsService } from '../aws-endpoint/service.ts';
import type { LocalClock } from '../clock.ts';
import { type Measure, measureNothing } from '../cloudwatch/metric.ts';
import type { TablePlan } from '../template/plan/tables.ts';
import { ensureTable } from './create-tables.ts';
import { dynamoDbService } from './dynamodb-service.ts';
import { startDynoxide } from './dynoxide.ts';
import { expireItems } from './expire-items.ts';
import { requiredPermissions } from './required-permissions.ts';
import { tableMetrics } from './table-metrics.ts';
import { Upstream } from './upstream.ts';

/** How often expired items are looked for. DynamoDB promises days. */
const EXPIRY_INTERVAL_MS = 10 * 60 * 1000;

export interface LocalDynamoDbOptions {
  readonly tables: readonly TablePlan[];
  /** Where the data is kept. */
  readonly stateDirectory: string;
  readonly clock: LocalClock;
  /** A DynamoDB-compatible server to use instead of starting one. */
  readonly endpoint?: string | undefined;
  /** Called when the database ends without having been stopped, and when deleting expired items fails. */
  readonly onFailure: (error: Error) => void;
  /** @default nothing is measured */
  readonly measure?: Measure;
}

/** DynamoDB with the tables of the template. */
export interface LocalDynamoDb {
  readonly service: AwsService;
  /** The database itself, past all policies. */
  readonly endpoint: URL;
  /** Deletes the items whose TTL attribute lies before `nowMs`; returns how many. Also happens by itself every 10 min. */
  expire(nowMs: number): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts DynamoDB and creates the tables that are missing.
 * @throws Error when a table is there in another shape, or the platform has no database from npm
 */
export async function startLocalDynamoDb(options: LocalDynamoDbOptions): Promise<LocalDynamoDb> {
  const { tables, stateDirectory, clock, onFailure } = options;
  await mkdir(stateDirectory, { recursive: true });
  const file = join(stateDirectory, 'dynamodb.sqlite');
  const dynoxide = options.endpoint ? undefined : await startDynoxide({ file, onDeath: onFailure });
  const endpoint = dynoxide?.endpoint ?? new URL(options.endpoint ?? '');
  const upstream = new Upstream(endpoint);
  const stop = async () => {
    upstream.close();
    await dynoxide?.stop();
  };
  try {
    for (const table of tables) await ensureTable(upstream, table, stateDirectory);
  } catch (error) {
    await stop();
    throw error;
  }

  const expire = async (nowMs: number) => {
    let deleted = 0;
    for (const table of tables) deleted += await expireItems(upstream, table, nowMs);
    return deleted;
  };
  let cancelTimer = clock.after(EXPIRY_INTERVAL_MS, expireAndRepeat);
  let expiring = Promise.resolve();
  function expireAndRepeat(): void {
    cancelTimer = clock.after(EXPIRY_INTERVAL_MS, expireAndRepeat);
    expiring = expire(clock.now()).then(() => undefined, onFailure);
  }

  return {
    service: dynamoDbService(upstream, requiredPermissions(tables), tableMetrics(options.measure ?? measureNothing)),
    endpoint,
    expire,
    async stop() {
      cancelTimer();
      await expiring;
      await stop();
    },
  };
}
