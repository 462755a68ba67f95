import { dynamoClient } from '../adapters/dynamodb/client.ts';
import { openRangeStore } from '../adapters/dynamodb/range-store.ts';
import { createStores, type Stores } from '../adapters/dynamodb/stores.ts';
import { randomIds } from '../adapters/ids.ts';
import { secretLinkKeys } from '../adapters/links/link-keys.ts';
import { hmacLinkSigner } from '../adapters/links/link-signer.ts';
import { membershipsFrom } from '../adapters/memberships.ts';
import { type Emit, embeddedMetrics } from '../adapters/metrics/embedded-metrics.ts';
import { fileClient } from '../adapters/s3/client.ts';
import { s3FileStore } from '../adapters/s3/file-store.ts';
import { secretsClient } from '../adapters/secrets/client.ts';
import { mailClient } from '../adapters/ses/client.ts';
import { sesMailer } from '../adapters/ses/mailer.ts';
import { parameterClient } from '../adapters/ssm/client.ts';
import { ssmRollout } from '../adapters/ssm/rollout.ts';
import { stepFunctionsClient } from '../adapters/step-functions/client.ts';
import { stepFunctionsExecutions, stepFunctionsTokens } from '../adapters/step-functions/executions.ts';
import { randomWebhookIds } from '../adapters/webhooks/ids.ts';
import type { MembershipSource } from '../core/contract/env.ts';
import { systemClock } from '../core/ports/clock.ts';
import type { Memberships } from '../core/ports/memberships.ts';
import { measurementsOf } from '../core/usecases/measurements.ts';

/** What every handler starts from: each function makes the adapters it is permitted to use, once per instance. */
export const clock = systemClock;
export const ids = randomIds;
export const webhookIds = randomWebhookIds;

/** Writes measurements among the function's log lines. */
export function emitter(env: { STAGE: string }): Emit {
  return embeddedMetrics({ stage: env.STAGE, clock, out: process.stdout });
}

export function tableStores(env: { TABLE_NAME: string; STAGE: string }) {
  const emit = emitter(env);
  return createStores({
    client: dynamoClient(),
    tableName: env.TABLE_NAME,
    observe: (before, change) => emit(measurementsOf(before, change)),
  });
}

/** The ranges of files that several workers make. */
export function ranges(env: { TABLE_NAME: string }) {
  return openRangeStore({ client: dynamoClient(), tableName: env.TABLE_NAME });
}

/** The table's stores for a function with a caller, whose membership comes from where the stage says. */
export function callerStores(env: { TABLE_NAME: string; STAGE: string; MEMBERSHIPS: MembershipSource }) {
  const { memberships: members, ...stores } = tableStores(env);
  return { ...stores, members, memberships: membershipsFrom(env.MEMBERSHIPS, members) };
}

export function executions(env: { STATE_MACHINE_ARN: string }) {
  return stepFunctionsExecutions(stepFunctionsClient(), env.STATE_MACHINE_ARN);
}

/** Answers to those who wait on task tokens. */
export function tokens() {
  return stepFunctionsTokens(stepFunctionsClient());
}

export function rollout(env: { FLAGS_PARAMETER: string }) {
  return ssmRollout(parameterClient(), env.FLAGS_PARAMETER, clock);
}

export function files(env: { BUCKET_NAME: string }) {
  return s3FileStore({ client: fileClient(), bucket: env.BUCKET_NAME });
}

export function links(env: { LINK_KEYS_SECRET_ARN: string }) {
  return hmacLinkSigner(secretLinkKeys(secretsClient(), env.LINK_KEYS_SECRET_ARN, clock));
}

export function mailer(env: { MAIL_FROM: string; MAIL_CONFIGURATION_SET: string }) {
  return sesMailer(mailClient(), { from: env.MAIL_FROM, configurationSet: env.MAIL_CONFIGURATION_SET });
}

/** What telling people how an export ended takes. */
export function announcing(
  env: {
    TABLE_NAME: string;
    STAGE: string;
    LINK_KEYS_SECRET_ARN: string;
    MAIL_FROM: string;
    MAIL_CONFIGURATION_SET: string;
    WEB_URL: string;
  },
  stores: Pick<Stores, 'exports' | 'mailAddresses' | 'webhooks'> & {
    readonly memberships: Pick<Memberships, 'find' | 'list'>;
  } = tableStores(env),
) {
  const { exports: store, memberships, mailAddresses, webhooks } = stores;
  return {
    store,
    memberships,
    webhooks,
    mailAddresses,
    mailer: mailer(env),
    links: links(env),
    webUrl: env.WEB_URL,
    clock,
    ids,
  };
}

/** What queueing a new export takes. */
export function queueing(env: {
  TABLE_NAME: string;
  STAGE: string;
  MEMBERSHIPS: MembershipSource;
  STATE_MACHINE_ARN: string;
  FLAGS_PARAMETER: string;
  USER_CAP: number;
}) {
  const { exports: store, memberships } = callerStores(env);
  return {
    store,
    memberships,
    executions: executions(env),
    rollout: rollout(env),
    clock,
    ids,
    activeLimit: env.USER_CAP,
  };
}

/** What ending an export from outside its worker takes. */
export function endings(
  env: {
    TABLE_NAME: string;
    STAGE: string;
    STATE_MACHINE_ARN: string;
    FLAGS_PARAMETER: string;
    POOL_CAP: number;
    ACCOUNT_CAP: number;
  },
  { exports: store, admissions }: Pick<Stores, 'exports' | 'admissions'> = tableStores(env),
) {
  return {
    store,
    admissions,
    executions: executions(env),
    rollout: rollout(env),
    clock,
    caps: { pool: env.POOL_CAP, account: env.ACCOUNT_CAP },
  };
}
