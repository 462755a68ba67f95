import type { Node } from 'constructs';
import * as z from 'zod';
import { membershipSources } from '../core/contract/env.ts';

const text = (fix: string) => z.string(fix).min(1, fix);

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

const sampleDatabase = z.strictObject({ kind: z.literal('sample') });

const existingDatabase = z.strictObject({
  kind: z.literal('existing'),
  vpcId: text('must be the id of the VPC the database is in, e.g. vpc-0a1b2c3d'),
  availabilityZones: list('availability zone, e.g. eu-central-1a'),
  subnetIds: list('id of a subnet the workers may run in, one for each availability zone'),
  secretArn: text('must be the ARN of a secret with host, port, dbname, username and password of a read-only role'),
  securityGroupId: text("must be the id of the database's security group, e.g. sg-0a1b2c3d"),
  port: wholeNumber(1, 65_535, 'the port the database listens on'),
});

/** A session is renewed by a refresh token, for which providers want `offline_access`; Cognito knows no such scope. */
const defaultScope = 'openid email profile offline_access';

const originFix =
  "must be a list of the origins, https://host, at which the identity provider has endpoints besides its issuer's own";

const identity = z.strictObject({
  kind: z.literal('oidc', 'must be "oidc"'),
  issuer: z.url('must be the URL in the "iss" claim of your identity provider\'s tokens'),
  audience: text('must be the value in the "aud" claim of tokens meant for Waybill'),
  clientId: text('must be the id under which the identity provider knows the report center'),
  scope: text('must be the scopes the report center asks for, separated by spaces').default(defaultScope),
  /** Cognito: the hosted domain, which has the token endpoint. */
  endpointOrigins: z
    .array(z.string(originFix).regex(/^https?:\/\/[\w.-]+(?::\d+)?$/, originFix), originFix)
    .default([]),
  memberships: z.enum(
    membershipSources,
    'must be "stored", for members managed by PUT /v1/members, or "claims", for what tokens say of their holders',
  ),
});

const webUrlFix =
  'must be the URL of the report center, which links in mails begin with, and must not end in a slash; left out, it is ' +
  "the distribution's own";
const webUrl = z.string(webUrlFix).regex(/^https?:\/\/[^\s?#]*[^\s?#/]$/, webUrlFix);

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
    z.strictObject({ emails: z.array(z.email(emailFix), emailFix).min(1, emailFix) }),
    z.strictObject({ topicArn: z.string(topicFix).regex(/^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]+$/, topicFix) }),
  ],
  alarmsFix,
);

/** What may differ from stage to stage: values, never code paths. */
const stageConfigSchema = z
  .strictObject({
    poolCap: wholeNumber(1, 200, 'how many exports may run at the same time in all'),
    accountCap: wholeNumber(1, 200, 'how many exports of one account may run at the same time'),
    userCap: wholeNumber(1, 1000, 'how many exports one person may have queued or running'),
    /**
     * Waits are drawn from 0 to this (full jitter), then to twice this, and so on: with 30 s at most 30 + 60 = 90 s in all
     * for a step that is a function, 45 s on average. Tasks have more retries: see core/contract/step-errors.ts.
     */
    stepRetryIntervalSeconds: wholeNumber(1, 300, 'the longest wait before a failed step is tried again'),
    retainData: flag('whether table, bucket and database outlive the stack'),
    logRetentionDays: oneOf(logRetentions, 'how many days logs are kept'),
    webUrl: webUrl.optional(),
    certificateArn: z
      .string(certificateFix)
      .regex(/^arn:aws[\w-]*:acm:us-east-1:\d{12}:certificate\//, certificateFix)
      .optional(),
    database: z.discriminatedUnion('kind', [sampleDatabase, existingDatabase], {
      error: 'must be { "kind": "sample" }, which Waybill brings, or { "kind": "existing", ... }, which is yours',
    }),
    identity,
    mail,
    webhooks,
    /** Who is told. A stage that keeps its data is one that people depend on, so somebody has to be. */
    alarms: alarms.optional(),
    /** Where docs/runbook.md can be read: alarms link to its headings. */
    runbookUrl: text('must be the address under which docs/runbook.md can be read').default('docs/runbook.md'),
  })
  .check(({ value, issues }) => {
    const isWithoutHost = value.certificateArn !== undefined && value.webUrl === undefined;
    if (isWithoutHost) issues.push({ code: 'custom', input: undefined, path: ['webUrl'], message: webUrlFix });
    if (value.retainData && value.alarms === undefined) {
      issues.push({
        code: 'custom',
        input: undefined,
        path: ['alarms'],
        message: `${alarmsFix}, because this stage keeps its data (retainData)`,
      });
    }
  });

export type StageConfig = z.output<typeof stageConfigSchema>;

/**
 * The stage named by the context key `stage` (`-c stage=dev`), configured by `stages` in cdk.json.
 * @default stage `local`
 * @throws Error naming every key that is wrong, its value, and what it must be
 */
export function readStage(node: Node): { stage: string; config: StageConfig } {
  const stage = String(node.tryGetContext('stage') ?? 'local');
  const stages: Record<string, unknown> = node.tryGetContext('stages') ?? {};
  if (!Object.hasOwn(stages, stage)) {
    const known = Object.keys(stages).join(', ') || 'none';
    throw new Error(`There is no stage "${stage}" in cdk.json. Choose one with -c stage=NAME; there is: ${known}.`);
  }
  return { stage, config: parseStageConfig(stage, stages[stage]) };
}

/** @throws Error naming every key that is wrong, its value, and what it must be */
export function parseStageConfig(stage: string, value: unknown): StageConfig {
  const result = stageConfigSchema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const mistakes = result.error.issues.map((issue) => `  ${describe(`stages.${stage}`, issue)}`);
  throw new Error(`The configuration of stage "${stage}" in cdk.json is not valid:\n${mistakes.join('\n')}`);
}

function describe(prefix: string, issue: z.core.$ZodIssue): string {
  // An unknown kind is reported at the kind, but with the whole object as its input.
  const path =
    issue.code === 'invalid_union' && issue.discriminator !== undefined ? issue.path.slice(0, -1) : issue.path;
  const key = [prefix, ...path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') return `${key} has the unknown key "${issue.keys.join('", "')}": remove it`;
  return issue.input === undefined
    ? `${key} is missing: it ${issue.message}`
    : `${key} is ${JSON.stringify(issue.input)}: it ${issue.message}`;
}
