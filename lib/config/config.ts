import type { Node } from 'constructs';
import * as z from 'zod';
import { databaseOfProps, databaseOfStage, hasConnectionsForAll, reservedConcurrency } from './database-settings.ts';
import { flag, oneOf, text, wholeNumber } from './fields.ts';
import { identity } from './identity-settings.ts';
import { alarms, hasSomebodyToTell, mail, webhooks } from './message-settings.ts';
import { parse } from './parse.ts';
import { allowedOrigins, certificateArn, hasHostOfCertificate, webUrl } from './web-settings.ts';

/** The periods CloudWatch Logs can keep, up to two years. */
const logRetentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

export type LogRetentionDays = (typeof logRetentions)[number];

const imageFix =
  'must be an image of Node.js 24 on Alpine for ARM64, e.g. public.ecr.aws/docker/library/node:24-alpine@sha256:...';

const worker = z.strictObject(
  {
    /** Pinned by digest, each deployment takes the same Node.js. @default the tag in worker/Dockerfile, whatever it is by then */
    nodeImage: z
      .string(imageFix)
      .regex(/^[\w./:-]+(?:@sha256:[0-9a-f]{64})?$/, imageFix)
      .optional(),
    /**
     * A connection is a process of the database on a core of its own, which takes twice as long for a row as the worker: two
     * keep a worker of one vCPU busy. They weigh on the database accordingly.
     */
    connections: wholeNumber(1, 16, 'how many connections to the database one export reads with').default(1),
  },
  'must be about the worker: { "nodeImage": "...", "connections": 2 }',
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
  /** Each has a connection to the database, as their lead has. */
  partWorkers: wholeNumber(2, 20, 'how many tasks make a file together that is too large for one').default(4),
  partitionAboveRows: wholeNumber(
    10_000,
    1_000_000_000,
    'the rows above which several tasks make a file, in place of what reports say',
  ).optional(),
  retainData: flag('whether table, bucket and database outlive the stack').default(true),
  logRetentionDays: oneOf(logRetentions, 'how many days logs are kept').default(180),
  webUrl: webUrl.optional(),
  certificateArn: certificateArn.optional(),
  allowedOrigins,
  identity,
  mail,
  webhooks: webhooks.default({ allowPrivate: false }),
  reservedConcurrency: reservedConcurrency.optional(),
  worker: worker.prefault({}),
  alarms: alarms.optional(),
  /** Where docs/runbook.md can be read: alarms link to its headings. */
  runbookUrl: text('must be the address under which docs/runbook.md can be read').default('docs/runbook.md'),
};

/** A stage as cdk.json may have it; docs/deploy.md has a row for each key. */
export const stageConfigSchema = z
  .strictObject({ ...settings, database: databaseOfStage })
  .check(hasHostOfCertificate, hasConnectionsForAll, hasSomebodyToTell);

const waybillConfigSchema = z
  .strictObject({
    ...settings,
    stage: z.string(stageFix).regex(/^[\w-]{1,64}$/, stageFix),
    database: databaseOfProps,
  })
  .check(hasHostOfCertificate, hasConnectionsForAll);

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
