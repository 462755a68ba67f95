import * as z from 'zod';

/** Where it is decided who is a member of an account: by the membership records, or by the claims of tokens. */
export const membershipSources = ['stored', 'claims'] as const;

export type MembershipSource = (typeof membershipSources)[number];

/** What a Fargate task is to do. */
export const workerRoles = ['alone', 'lead', 'part'] as const;

export type WorkerRole = (typeof workerRoles)[number];

const text = z.string().min(1);
/** Not z.coerce.number(), which turns an empty string into 0. */
const integer = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'must be a whole number above 0')
  .transform(Number);

/** Every workload knows its stage; it is in each log line. */
const common = { STAGE: text };
const table = { TABLE_NAME: text };
/** For workloads that answer a caller. */
const caller = { ...table, MEMBERSHIPS: z.enum(membershipSources) };
const bucket = { BUCKET_NAME: text };
const machine = { STATE_MACHINE_ARN: text };
const database = {
  /** ARN of a secret with host, port, dbname, username and password of the read-only role. */
  DATABASE_SECRET_ARN: text,
  /** Read from instead of the secret's host: a reader endpoint. */
  DATABASE_HOST: text.optional(),
  /** Not for the program but for Node, which reads it before: certificate authorities besides its own. */
  NODE_EXTRA_CA_CERTS: text.optional(),
};
/** Name of the SSM parameter with the rollout flags. */
const flags = { FLAGS_PARAMETER: text };
/** ARN of the secret with the keys that the links in mails are signed with. */
const linkKeys = { LINK_KEYS_SECRET_ARN: text };
/** The sender of mails, its configuration set, and where the links in them lead. */
const sender = { MAIL_FROM: text, MAIL_CONFIGURATION_SET: text, WEB_URL: text };
/** For mails with links to files. */
const mail = { ...linkKeys, ...sender };
/** Whether receivers of webhooks may be on this machine, without TLS. */
const receivers = { WEBHOOKS_ALLOW_PRIVATE: z.enum(['true', 'false']).transform((value) => value === 'true') };
/** How many exports may run: in the whole deployment, and in one account. */
const caps = { POOL_CAP: integer, ACCOUNT_CAP: integer };
/** In place of the thresholds of reports above which several workers make a file. */
const partition = { PARTITION_ABOVE_ROWS: integer.optional() };
/** How many exports one person may have queued or running. */
const userCap = { USER_CAP: integer };

/**
 * The environment of every workload, by the name of its handler file. Infrastructure fills these through a typed
 * function, so that a missing or unknown key does not compile; the runtime parses them once, at cold start.
 */
export const environments = {
  'get-me': z.object({ ...common, ...caller, ...flags }),
  'list-members': z.object({ ...common, ...caller }),
  'put-member': z.object({ ...common, ...caller }),
  'delete-member': z.object({ ...common, ...caller }),
  'list-reports': z.object({ ...common, ...caller }),
  'get-report': z.object({ ...common, ...caller }),
  'request-access': z.object({ ...common, ...caller, ...sender }),
  'list-choices': z.object({ ...common, ...caller, ...database }),
  'create-export': z.object({ ...common, ...caller, ...database, ...machine, ...flags, ...userCap }),
  'estimate-export': z.object({ ...common, ...caller, ...database, ...partition }),
  'list-exports': z.object({ ...common, ...caller }),
  'get-export': z.object({ ...common, ...caller }),
  'list-export-events': z.object({ ...common, ...caller }),
  'cancel-export': z.object({ ...common, ...caller, ...machine, ...caps, ...flags }),
  'retry-export': z.object({ ...common, ...caller, ...machine, ...flags, ...userCap }),
  'rerun-export': z.object({ ...common, ...caller, ...machine, ...flags, ...userCap }),
  'delete-export': z.object({ ...common, ...caller, ...bucket }),
  'resend-notifications': z.object({ ...common, ...caller, ...mail }),
  'download-export': z.object({ ...common, ...caller, ...bucket, ...flags }),
  'create-download-link': z.object({ ...common, ...caller, ...bucket, ...flags }),
  'open-download-link': z.object({ ...common, ...caller, ...bucket, ...flags, ...linkKeys }),
  'get-waybill': z.object({ ...common, ...caller, ...bucket }),
  'send-feedback': z.object({ ...common, ...caller }),
  'list-feedback': z.object({ ...common, ...caller }),
  'list-webhook-endpoints': z.object({ ...common, ...caller }),
  'create-webhook-endpoint': z.object({ ...common, ...caller, ...receivers }),
  'delete-webhook-endpoint': z.object({ ...common, ...caller }),
  'rotate-webhook-secret': z.object({ ...common, ...caller }),
  'test-webhook-endpoint': z.object({ ...common, ...caller }),
  'enable-webhook-endpoint': z.object({ ...common, ...caller }),
  'list-webhook-deliveries': z.object({ ...common, ...caller }),
  'get-api-description': z.object({ ...common }),
  'route-not-found': z.object({ ...common }),

  'enqueue-export': z.object({ ...common, ...table, ...machine, ...caps, ...flags }),
  'measure-export': z.object({ ...common, ...table, ...database, ...partition }),
  'await-ranges': z.object({ ...common, ...table }),
  'run-small-export': z.object({ ...common, ...table, ...bucket, ...database }),
  'record-outcome': z.object({ ...common, ...table, ...machine, ...caps, ...flags }),
  'announce-export': z.object({ ...common, ...table, ...mail }),

  'sweep-exports': z.object({ ...common, ...table, ...bucket, ...machine, ...caps, ...flags, ...mail }),
  'reconcile-execution': z.object({ ...common, ...table, ...machine, ...caps, ...flags }),
  'record-mail-event': z.object({ ...common, ...table }),
  'deliver-webhooks': z.object({ ...common, ...table, ...receivers }),
  'rotate-link-key': z.object({ ...common }),
  'add-account-claim': z.object({ ...common }),
  /** ADMIN_SECRET_ARN: a role that may create schemas and roles; DATABASE_SECRET_ARN: the reader it gives its password. */
  'seed-sample-database': z.object({ ...common, ...database, ADMIN_SECRET_ARN: text }),

  /**
   * The Fargate task; which export, and by which execution, comes as overrides of the container. NODE_OPTIONS are for Node.js
   * itself.
   */
  worker: z.object({
    ...common,
    ...table,
    ...bucket,
    ...database,
    /** How many connections one export reads with. */
    DATABASE_CONNECTIONS: integer,
    EXPORT_ID: text,
    ACCOUNT_ID: text,
    EXECUTION_ARN: text,
    /** Whether it makes the file alone, as the lead of several, or as one of those. */
    ROLE: z.enum(workerRoles).default('alone'),
    /** How many workers a lead is to have. */
    PART_WORKERS: integer,
    /** What the lead's run is called by those who wait for it. */
    HANDOVER: text.optional(),
    /** Which of the workers this is; for its log. */
    WORKER_NUMBER: integer.optional(),
    NODE_OPTIONS: text.optional(),
  }),
} as const;

export type Workload = keyof typeof environments;

/** What infrastructure must set for a workload: the same keys, as strings. */
export type EnvironmentOf<Name extends Workload> = {
  readonly [Key in keyof z.input<(typeof environments)[Name]>]: string;
};

/**
 * Parses a workload's environment.
 * @throws Error naming every variable that is missing or wrong
 */
export function readEnvironment<Name extends Workload>(
  workload: Name,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): z.output<(typeof environments)[Name]> {
  const result = environments[workload].safeParse(variables);
  if (!result.success) {
    const mistakes = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The environment of ${workload} is not valid. ${mistakes.join('; ')}`);
  }
  return result.data as z.output<(typeof environments)[Name]>;
}
