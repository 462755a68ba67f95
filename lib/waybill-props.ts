import type { Connections, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { MembershipSource } from '../core/contract/env.ts';
import type { LogRetentionDays } from './config/config.ts';

/** A database of Waybill's own with made-up rows, in a network of its own. */
export interface SampleDatabase {
  readonly kind: 'sample';
}

/** A PostgreSQL database that is there already. */
export interface ExistingDatabase {
  readonly kind: 'existing';
  /**
   * The network the database is in. From its subnets there must be a way, by NAT or by endpoints, to S3, DynamoDB, ECR,
   * CloudWatch Logs, Secrets Manager, Step Functions and Systems Manager.
   */
  readonly vpc: IVpc;
  /**
   * Where the workloads that read the database run.
   * @default the private subnets: those with a way out, or if there are none the isolated ones
   */
  readonly subnets?: SubnetSelection | undefined;
  /** `host`, `port`, `dbname`, `username` and `password` of a role that can only read. */
  readonly secret: ISecret;
  /** Of the database, e.g. `cluster.connections`: its default port is opened to Waybill's workloads, and to nothing else. */
  readonly connections: Connections;
  /** How many sessions Waybill may have there at once: the CONNECTION LIMIT of the role. @default 40 */
  readonly connectionLimit?: number;
  /** In place of the secret's host, which may be the writer. @default the secret's host */
  readonly readerEndpoint?: string | undefined;
}

/** A user pool of Waybill's own. */
export interface CognitoIdentity {
  readonly kind: 'cognito';
  /** Whether people need an authenticator app to sign in. */
  readonly mfa: 'optional' | 'required';
  /** What the address of the sign-in page begins with. @default waybill-STAGE-ACCOUNT, with the number of the AWS account */
  readonly domainPrefix?: string | undefined;
  /** Tokens of Cognito name the account, and no role. @default stored */
  readonly memberships?: 'stored';
}

/** An identity provider that is there already: whose tokens the API accepts, and where the report center signs people in. */
export interface OidcIdentity {
  readonly kind: 'oidc';
  /** The `iss` claim of its tokens, under which it publishes its keys. */
  readonly issuer: string;
  /** The `aud` claim of tokens that are meant for Waybill. */
  readonly audience: string;
  /** The public client under which the identity provider knows the report center. */
  readonly clientId: string;
  /** What the report center asks for, separated by spaces. @default `openid email profile offline_access` */
  readonly scope?: string;
  /** Origins, `https://host`, of the identity provider's endpoints besides its issuer's own. @default none */
  readonly endpointOrigins?: readonly string[];
  /**
   * `stored`: members are managed by `PUT /v1/members`; `claims`: tokens say which account and role their holders have.
   * @default stored
   */
  readonly memberships?: MembershipSource;
}

/** Who mails come from. */
export interface MailSender {
  /** With or without a name: `Waybill <reports@example.com>`. */
  readonly from: string;
  /**
   * What SES is asked to verify; `existing` when it is verified already. SES knows a domain or an address once in each
   * account and region, so a second Waybill there says `existing`.
   * @default domain
   */
  readonly identity?: 'domain' | 'address' | 'existing';
}

/** Only what cannot be guessed is required. */
export interface WaybillProps {
  /**
   * In each log line and metric, by which deployments are told apart: unique in the account and region.
   * @default the name of the stack and the path of the construct in it
   */
  readonly stage?: string;
  /** Where reports read from. */
  readonly database: SampleDatabase | ExistingDatabase;
  /** Where people sign in. */
  readonly identity: CognitoIdentity | OidcIdentity;
  readonly mail: MailSender;
  /** Where people open the report center, without a slash at the end. @default the distribution's own address */
  readonly webUrl?: string | undefined;
  /** Of a certificate in us-east-1 for the host of `webUrl`, which it requires. @default CloudFront's own certificate */
  readonly certificateArn?: string | undefined;
  /** Origins, `https://host`, whose pages may call the API and read files in the browser. @default the report center alone */
  readonly allowedOrigins?: readonly string[];
  /** `allowPrivate` lets webhooks go to private addresses and without TLS. @default public addresses alone */
  readonly webhooks?: { readonly allowPrivate: boolean };
  /** How many exports may run at the same time in all, 1 to 200. @default 20 */
  readonly poolCap?: number;
  /** How many exports of one account may run at the same time, 1 to 200. @default 5 */
  readonly accountCap?: number;
  /** How many exports one person may have queued or running, 1 to 1000. @default 10 */
  readonly userCap?: number;
  /** The longest wait before a failed step is tried again, 1 to 300 s; it doubles with each try. @default 30 */
  readonly stepRetryIntervalSeconds?: number;
  /** How many tasks make a file together that is too large for one, 2 to 20. @default 4 */
  readonly partWorkers?: number;
  /** The rows above which they do, in place of what reports say. @default what reports say */
  readonly partitionAboveRows?: number | undefined;
  /** Whether table, bucket and logs outlive the stack, and are protected from deletion. @default true */
  readonly retainData?: boolean;
  /** One of the periods that CloudWatch Logs has. @default 180 */
  readonly logRetentionDays?: LogRetentionDays;
  /**
   * How many instances may run of the functions that ask the database for the API; with `poolCap` they must fit its
   * `connectionLimit`. It is taken from the account's concurrency.
   * @default nothing is reserved
   */
  readonly reservedConcurrency?:
    | { readonly createExport: number; readonly estimateExport: number; readonly listChoices: number }
    | undefined;
  /**
   * `nodeImage`: what the worker's image is built from, best pinned by digest; by default the tag in worker/Dockerfile.
   * `connections`: how many connections to the database one export reads with, 1 to 16; by default 1.
   */
  readonly worker?: { readonly nodeImage?: string | undefined; readonly connections?: number } | undefined;
  /** Who is told of alarms: addresses, or a topic that CloudWatch may publish to. @default nobody */
  readonly alarms?: { readonly emails: readonly string[] } | { readonly topicArn: string } | undefined;
  /** Where docs/runbook.md can be read: alarms link to its headings. @default docs/runbook.md */
  readonly runbookUrl?: string;
  /** Where `buildWaybill()` of bin/build.ts has put what is deployed. @default `.build` in Waybill's own folder */
  readonly bundleDirectory?: string;
}
