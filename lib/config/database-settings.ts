import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import * as z from 'zod';
import { list, text, wholeNumber } from './fields.ts';

/** Connections the sample's reader may have: see sample/access.sql. An existing database's may have as many, unless it says so. */
const DEFAULT_CONNECTION_LIMIT = 40;

const sampleDatabase = z.strictObject({ kind: z.literal('sample') });

const reading = {
  /** How many sessions Waybill may have there at once. */
  connectionLimit: wholeNumber(1, 5000, 'the CONNECTION LIMIT of the read-only role').default(DEFAULT_CONNECTION_LIMIT),
  /** In place of the secret's host, which may be the writer; same port, database and role. @default the secret's host */
  readerEndpoint: text('must be the host name of a reader endpoint of the database').optional(),
};

/** As cdk.json can name it. */
const databaseById = z.strictObject({
  kind: z.literal('existing'),
  vpcId: text('must be the id of the VPC the database is in, e.g. vpc-0a1b2c3d'),
  availabilityZones: list('availability zone, e.g. eu-central-1a'),
  subnetIds: list('id of a subnet the workers may run in, one for each availability zone'),
  secretArn: text('must be the ARN of a secret with host, port, dbname, username and password of a read-only role'),
  securityGroupId: text("must be the id of the database's security group, e.g. sg-0a1b2c3d"),
  port: wholeNumber(1, 65_535, 'the port the database listens on'),
  ...reading,
});

const construct = <Type>(fix: string) => z.custom<Type>((value) => Construct.isConstruct(value), fix);

/** As another app has it. */
const databaseOfApp = z.strictObject({
  kind: z.literal('existing'),
  vpc: construct<ec2.IVpc>('must be the VPC the database is in'),
  subnets: z.custom<ec2.SubnetSelection>().optional(),
  secret: construct<ISecret>('must be a secret with host, port, dbname, username and password of a read-only role'),
  connections: z.custom<ec2.Connections>(
    (value) => value instanceof ec2.Connections && value.defaultPort !== undefined,
    "must be the database's connections, e.g. cluster.connections, with the port it listens on as the default port",
  ),
  ...reading,
});

const fix = {
  error: 'must be { "kind": "sample" }, which Waybill brings, or { "kind": "existing", ... }, which is yours',
};

/** The database of a stage in cdk.json. */
export const databaseOfStage = z.discriminatedUnion('kind', [sampleDatabase, databaseById], fix);

/** The database of a construct's props. */
export const databaseOfProps = z.discriminatedUnion('kind', [sampleDatabase, databaseOfApp], fix);

const reserved = wholeNumber(
  1,
  1000,
  'how many instances of the function may run, each with one connection to the database',
);

/**
 * For the functions of the API that ask the database; how many exports read it is bounded by `poolCap`. What is reserved is
 * taken from the account's concurrency, of which AWS keeps 100 unreserved: a new account, which may have no more than 10,
 * can reserve nothing, and a deployment that tries fails. Without it the role's connection limit alone protects the database.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export const reservedConcurrency = z.strictObject(
  { createExport: reserved, estimateExport: reserved, listChoices: reserved },
  'must say how many instances may run: { "createExport": 10, "estimateExport": 4, "listChoices": 4 }',
);

/**
 * Each running export takes as many connections as its worker may have, each reserved instance of a function one, and a
 * file that several tasks make one more for each of them. There is room for one such file at a time: to the tasks of a second
 * one, the database may be out of reach for a while.
 */
export function hasConnectionsForAll({
  value: { poolCap, partWorkers, reservedConcurrency = {}, worker, database },
  issues,
}: z.core.ParsePayload<{
  poolCap: number;
  partWorkers: number;
  reservedConcurrency?: Readonly<Record<string, number>> | undefined;
  worker: { connections: number };
  database: { kind: string; connectionLimit?: number };
}>): void {
  const { connectionLimit = DEFAULT_CONNECTION_LIMIT } = database;
  const asking = Object.values(reservedConcurrency).reduce((sum, each) => sum + each, 0);
  const forExports = connectionLimit - asking - partWorkers;
  if (poolCap * worker.connections <= forExports) return;
  const message = `must be at most ${Math.floor(forExports / worker.connections)}: the database takes ${connectionLimit} connections, reservedConcurrency has ${asking}, partWorkers ${partWorkers}, and each export ${worker.connections} (worker.connections)`;
  issues.push({ code: 'custom', input: poolCap, path: ['poolCap'], message });
}
