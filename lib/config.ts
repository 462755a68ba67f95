import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type Node } from 'constructs';
import * as z from 'zod';
import { membershipSources } from '../core/contract/env.ts';

const text = (fix: string) => z.string(fix).min(1, fix);

/** A value of another resource is known only when the stack is deployed, so nothing is asked of it. */
function textThat(isRight: (value: string) => boolean, fix: string) {
  return z.string(fix).refine((value) => Token.isUnresolved(value) || isRight(value), fix);
}

const textLike = (pattern: RegExp, fix: string) => textThat((value) => pattern.test(value), fix);

function wholeNumber(from: number, to: number, meaning: string) {
  const fix = `must be a whole number from ${from} to ${to}: ${meaning}`;
  return z.int(fix).min(from, fix).max(to, fix);
}

function oneOf<const Value extends number>(values: readonly Value[], meaning: string) {
  return z.literal(values, `must be one of ${values.join(', ')}: ${meaning}`);
}

const flag = (meaning: string) => z.boolean(`must be true or false: ${meaning}`);

const list = (meaning: string) => {
  const fix = `must be a list of at least one ${meaning}`;
  return z.array(text(fix), fix).min(1, fix);
};

/** The periods CloudWatch Logs can keep, up to two years. */
const logRetentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

export type LogRetentionDays = (typeof logRetentions)[number];

/** Connections the sample's reader may have: see sample/access.sql. An existing database's may have as many, unless it says so. */
const DEFAULT_CONNECTION_LIMIT = 40;

const sampleDatabase = z.strictObject({ kind: z.literal('sample') });

/** As cdk.json can name it. */
const reading = {
  /** How many sessions Waybill may have there at once. */
  connectionLimit: wholeNumber(1, 5000, 'the CONNECTION LIMIT of the read-only role').default(DEFAULT_CONNECTION_LIMIT),
  /** In place of the secret's host, which may be the writer; same port, database and role. @default the secret's host */
  readerEndpoint: text('must be the host name of a reader endpoint of the database').optional(),
};

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

const databaseFix = {
  error: 'must be { "kind": "sample" }, which Waybill brings, or { "kind": "existing", ... }, which is yours',
};

/** A session is renewed by a refresh token, for which providers want `offline_access`. */
const defaultScope = 'openid email profile offline_access';

const originFix =
  "must be a list of the origins, https://host, at which the identity provider has endpoints besides its issuer's own";

/** Cognito refuses prefixes with these words. @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html */
const reservedByCognito = /aws|amazon|cognito/;

const domainPrefixFix =
  'must be what the address of the sign-in page begins with, which nobody else may have in the region: 1 to 63 lower ' +
  'case letters, digits and hyphens, without the words aws, amazon and cognito';

const cognitoIdentity = z.strictObject({
  kind: z.literal('cognito'),
  mfa: z.enum(
    ['optional', 'required'],
    'must say whether people need an authenticator app to sign in: "optional" or "required"',
  ),
  /** @default waybill-STAGE-ACCOUNT, with the number of the AWS account */
  domainPrefix: z
    .string(domainPrefixFix)
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, domainPrefixFix)
    .refine((prefix) => !reservedByCognito.test(prefix), domainPrefixFix)
    .optional(),
  memberships: z
    .literal('stored', 'must be "stored" or left out: tokens of Cognito name the account, and no role')
    .default('stored'),
});

const oidcIdentity = z.strictObject({
  kind: z.literal('oidc'),
  issuer: textThat(URL.canParse, 'must be the URL in the "iss" claim of your identity provider\'s tokens'),
  audience: text('must be the value in the "aud" claim of tokens meant for Waybill'),
  clientId: text('must be the id under which the identity provider knows the report center'),
  scope: text('must be the scopes the report center asks for, separated by spaces').default(defaultScope),
  /** e.g. the domain of a user pool of your own, which has the token endpoint. */
  endpointOrigins: z
    .array(textLike(/^https?:\/\/[\w.-]+(?::\d+)?$/, originFix), originFix)
    .readonly()
    .default([]),
  memberships: z
    .enum(
      membershipSources,
      'must be "stored", for members managed by PUT /v1/members, or "claims", for what tokens say of their holders',
    )
    .default('stored'),
});

const identity = z.discriminatedUnion('kind', [cognitoIdentity, oidcIdentity], {
  error:
    'must be { "kind": "cognito", ... }, a user pool that Waybill brings, or { "kind": "oidc", ... }, an identity ' +
    'provider that is yours',
});

const webUrlFix =
  'must be the URL of the report center, which links in mails begin with, and must not end in a slash; left out, it is ' +
  "the distribution's own";
const webUrl = textLike(/^https?:\/\/[^\s?#]*[^\s?#/]$/, webUrlFix);

const certificateFix =
  'must be the ARN of a certificate of ACM in us-east-1, where CloudFront looks for it, for the host of webUrl';

const address = String.raw`[\w.+-]{1,64}@(?:[a-zA-Z\d-]+\.)+[a-zA-Z\d-]{2,63}`;
/** A name is written without quotes, so it may hold no more than what needs none. */
const sender = new RegExp(`^(?:${address}|[\\w&'-]+(?: [\\w&'-]+)* <${address}>)$`);
const senderFix =
  'must be the address mails come from, with or without a name in plain letters: Waybill <reports@example.com>';

const mail = z.strictObject(
  {
    from: z.string(senderFix).regex(sender, senderFix),
    /** What is verified with SES: the whole domain, the one address, or something that already is. */
    identity: z
      .enum(['domain', 'address', 'existing'], {
        error:
          'must be "domain" or "address", which the stack then asks SES to verify, or "existing" when the domain or ' +
          'the address is verified already',
      })
      .default('domain'),
  },
  'must say who mails come from: { "from": "Waybill <reports@example.com>" }',
);

const webhooks = z.strictObject(
  { allowPrivate: flag('whether webhooks may go to this machine and without TLS; never in production') },
  'must say where webhooks may go: { "allowPrivate": false } for public addresses alone',
);

const alarmsFix =
  'must say who is told of alarms: { "emails": ["oncall@example.com"] } or { "topicArn": "arn:aws:sns:..." }';
const emailFix =
  'must be a list of at least one address, each of which is mailed a link to confirm that it wants alarms';
const topicFix = 'must be the ARN of an SNS topic in the same region that CloudWatch may publish to';

const alarms = z.union(
  [
    z.strictObject({ emails: z.array(z.email(emailFix), emailFix).min(1, emailFix).readonly() }),
    z.strictObject({ topicArn: z.string(topicFix).regex(/^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]+$/, topicFix) }),
  ],
  alarmsFix,
);

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
const reservedConcurrency = z.strictObject(
  { createExport: reserved, estimateExport: reserved, listChoices: reserved },
  'must say how many instances may run: { "createExport": 10, "estimateExport": 4, "listChoices": 4 }',
);

const imageFix =
  'must be an image of Node.js 24 on Alpine for ARM64, e.g. public.ecr.aws/docker/library/node:24-alpine@sha256:...';

const worker = z.strictObject(
  {
    /** Pinned by digest, each deployment takes the same Node.js. @default the tag in worker/Dockerfile, whatever it is by then */
    nodeImage: z.string(imageFix).regex(/^[\w./:-]+(?:@sha256:[0-9a-f]{64})?$/, imageFix),
  },
  'must say which image the worker is built from: { "nodeImage": "..." }',
);

const stageFix = 'must be a name of at most 64 letters, digits, hyphens and underscores, e.g. dev';

/** What may differ from stage to stage: values, never code paths. Defaults are those of a stage that matters. */
const settings = {
  poolCap: wholeNumber(1, 200, 'how many exports may run at the same time in all').default(20),
  accountCap: wholeNumber(1, 200, 'how many exports of one account may run at the same time').default(5),
  userCap: wholeNumber(1, 1000, 'how many exports one person may have queued or running').default(10),
  /**
   * Waits are drawn from 0 to this (full jitter), then to twice this, and so on: with 30 s at most 30 + 60 = 90 s in all
   * for a step that is a function, 45 s on average. Tasks have more retries: see core/contract/step-errors.ts.
   */
  stepRetryIntervalSeconds: wholeNumber(1, 300, 'the longest wait before a failed step is tried again').default(30),
  retainData: flag('whether table, bucket and database outlive the stack').default(true),
  logRetentionDays: oneOf(logRetentions, 'how many days logs are kept').default(180),
  webUrl: webUrl.optional(),
  certificateArn: textLike(/^arn:aws[\w-]*:acm:us-east-1:\d{12}:certificate\//, certificateFix).optional(),
  identity,
  mail,
  webhooks: webhooks.default({ allowPrivate: false }),
  reservedConcurrency: reservedConcurrency.optional(),
  worker: worker.optional(),
  alarms: alarms.optional(),
  /** Where docs/runbook.md can be read: alarms link to its headings. */
  runbookUrl: text('must be the address under which docs/runbook.md can be read').default('docs/runbook.md'),
};

/** A stage as cdk.json may have it; docs/deploy.md has a row for each key. */
export const stageConfigSchema = z
  .strictObject({ ...settings, database: z.discriminatedUnion('kind', [sampleDatabase, databaseById], databaseFix) })
  .check(hasHostOfCertificate, hasConnectionsForAll, hasSomebodyToTell);

const waybillConfigSchema = z
  .strictObject({
    ...settings,
    stage: z.string(stageFix).regex(/^[\w-]{1,64}$/, stageFix),
    database: z.discriminatedUnion('kind', [sampleDatabase, databaseOfApp], databaseFix),
  })
  .check(hasHostOfCertificate, hasConnectionsForAll);

function hasHostOfCertificate({
  value: { certificateArn, webUrl },
  issues,
}: z.core.ParsePayload<{ certificateArn?: string | undefined; webUrl?: string | undefined }>): void {
  if (certificateArn === undefined || webUrl !== undefined) return;
  issues.push({ code: 'custom', input: undefined, path: ['webUrl'], message: webUrlFix });
}

/** A stage that keeps its data is one that people depend on. */
function hasSomebodyToTell({
  value: { retainData, alarms },
  issues,
}: z.core.ParsePayload<{ retainData: boolean; alarms?: unknown }>): void {
  if (!retainData || alarms !== undefined) return;
  const message = `${alarmsFix}, because this stage keeps its data (retainData)`;
  issues.push({ code: 'custom', input: undefined, path: ['alarms'], message });
}

/** Each running export, and each reserved instance of a function, takes a connection. */
function hasConnectionsForAll({
  value: { poolCap, reservedConcurrency = {}, database },
  issues,
}: z.core.ParsePayload<{
  poolCap: number;
  reservedConcurrency?: Readonly<Record<string, number>> | undefined;
  database: { kind: string; connectionLimit?: number };
}>): void {
  const { connectionLimit = DEFAULT_CONNECTION_LIMIT } = database;
  const asking = Object.values(reservedConcurrency).reduce((sum, each) => sum + each, 0);
  if (poolCap + asking <= connectionLimit) return;
  const message = `must be at most ${connectionLimit - asking}: the database takes ${connectionLimit} connections, and reservedConcurrency has ${asking}`;
  issues.push({ code: 'custom', input: poolCap, path: ['poolCap'], message });
}

/** A stage as cdk.json has it. */
export type StageConfig = z.output<typeof stageConfigSchema>;

/** What every construct of a deployment goes by. */
export type WaybillConfig = z.output<typeof waybillConfigSchema>;

/** Stands for every stage, where one is named. */
const ALL_STAGES = 'all';

export interface Stage {
  readonly stage: string;
  readonly config: StageConfig;
}

/**
 * The stage named by the context key `stage` (`-c stage=dev`), configured by `stages` in cdk.json, or all of them
 * (`-c stage=all`).
 * @default stage `local`
 * @throws Error naming every key that is wrong, its value, and what it must be
 */
export function readStages(node: Node): readonly Stage[] {
  const chosen = String(node.tryGetContext('stage') ?? 'local');
  const stages: Record<string, unknown> = node.tryGetContext('stages') ?? {};
  const names = Object.keys(stages);
  if (chosen !== ALL_STAGES && !names.includes(chosen)) {
    const known = names.join(', ') || 'none';
    throw new Error(`There is no stage "${chosen}" in cdk.json. Choose one with -c stage=NAME; there is: ${known}.`);
  }
  return (chosen === ALL_STAGES ? names : [chosen]).map((stage) => ({
    stage,
    config: parseStageConfig(stage, stages[stage]),
  }));
}

/** @throws Error naming every key that is wrong, its value, and what it must be */
export function parseStageConfig(stage: string, value: unknown): StageConfig {
  return parse(stageConfigSchema, value, `stages.${stage}`, `The configuration of stage "${stage}" in cdk.json is`);
}

/**
 * @param path of the construct, with which each message begins
 * @throws Error naming every prop that is wrong, its value, and what it must be
 */
export function parseProps(path: string, props: z.input<typeof waybillConfigSchema>): WaybillConfig {
  return parse(waybillConfigSchema, props, path, `The props of ${path} are`);
}

function parse<Config>(schema: z.ZodType<Config>, value: unknown, prefix: string, subject: string): Config {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const mistakes = result.error.issues.map((issue) => `  ${describe(prefix, issue)}`);
  throw new Error(`${subject} not valid:\n${mistakes.join('\n')}`);
}

function describe(prefix: string, issue: z.core.$ZodIssue): string {
  // An unknown kind is reported at the kind, but with the whole object as its input.
  const path =
    issue.code === 'invalid_union' && issue.discriminator !== undefined ? issue.path.slice(0, -1) : issue.path;
  const key = [prefix, ...path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') return `${key} has the unknown key "${issue.keys.join('", "')}": remove it`;
  return issue.input === undefined
    ? `${key} is missing: it ${issue.message}`
    : `${key} is ${show(issue.input)}: it ${issue.message}`;
}

/** Constructs hold each other, so they have no JSON. */
function show(input: unknown): string {
  return (
    JSON.stringify(input, (_, value) => (Construct.isConstruct(value) ? `<${value.node.path}>` : value)) ?? typeof input
  );
}
