import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { environments, type Workload } from '../../core/contract/env.ts';
import { bundleOf } from '../../lib/bundles.ts';

/**
 * What a bundle may carry, in kilobytes of its program: each is what it has today, rounded up to the next 25. Lambda reads
 * all of it before the first event.
 */
export const bundleBudgetsKb: Readonly<Record<Workload, number>> = {
  'get-me': 775,
  'list-members': 675,
  'put-member': 675,
  'delete-member': 675,
  'list-reports': 1175,
  'get-report': 1175,
  'request-access': 1225,
  'list-choices': 1325,
  'create-export': 1500,
  'estimate-export': 1375,
  'list-exports': 700,
  'get-export': 675,
  'list-export-events': 675,
  'cancel-export': 825,
  'retry-export': 1325,
  'rerun-export': 1325,
  'delete-export': 950,
  'resend-notifications': 775,
  'download-export': 1050,
  'create-download-link': 1050,
  'open-download-link': 1075,
  'get-waybill': 950,
  'send-feedback': 675,
  'list-feedback': 675,
  'list-webhook-endpoints': 675,
  'create-webhook-endpoint': 700,
  'delete-webhook-endpoint': 675,
  'rotate-webhook-secret': 675,
  'test-webhook-endpoint': 675,
  'enable-webhook-endpoint': 675,
  'list-webhook-deliveries': 675,
  'get-api-description': 275,
  'route-not-found': 50,
  'enqueue-export': 825,
  'measure-export': 1325,
  'await-ranges': 650,
  'run-small-export': 3000,
  'record-outcome': 825,
  'announce-export': 750,
  'sweep-exports': 1175,
  'reconcile-execution': 825,
  'record-mail-event': 650,
  'deliver-webhooks': 725,
  'rotate-link-key': 525,
  'add-account-claim': 225,
  'seed-sample-database': 650,
  worker: 3050,
};

/** Bytes above its budget; what is far below has a budget that would notice nothing. */
const SLACK_KB = 50;

/** What is wrong with the size of a workload's program. */
export function sizeMistake(workload: Workload, sizeBytes: number): string | undefined {
  const budgetKb = bundleBudgetsKb[workload];
  const sizeKb = Math.round(sizeBytes / 1000);
  if (sizeBytes > budgetKb * 1000) return `${workload} has ${sizeKb} kB, more than its ${budgetKb}`;
  if (sizeBytes < (budgetKb - SLACK_KB) * 1000) return `${workload} has ${sizeKb} kB: lower its budget of ${budgetKb}`;
  return undefined;
}

export function programOf(workload: Workload, directory: string): { sizeBytes: number; sources: readonly string[] } {
  const program = path.join(bundleOf(workload, directory), 'index.mjs');
  const { sources } = JSON.parse(readFileSync(`${program}.map`, 'utf8')) as { sources: string[] };
  return { sizeBytes: statSync(program).size, sources };
}

/** The variables without which a program has no use for a package. */
const neededFor: Readonly<Record<string, readonly string[]>> = {
  '@aws-sdk/client-dynamodb': ['TABLE_NAME'],
  '@aws-sdk/client-s3': ['BUCKET_NAME'],
  '@aws-sdk/client-sfn': ['STATE_MACHINE_ARN'],
  '@aws-sdk/client-ssm': ['FLAGS_PARAMETER'],
  '@aws-sdk/client-ses': ['MAIL_FROM'],
  '@aws-sdk/client-cloudwatch': [],
  '@aws-sdk/client-secrets-manager': ['DATABASE_SECRET_ARN', 'LINK_KEYS_SECRET_ARN'],
  pg: ['DATABASE_SECRET_ARN'],
};

/** Packages for files, which only programs that write some have a use for. */
const filePackages = ['pdfkit', 'fontkit', 'hyparquet-writer'];

const fileWriters: readonly Workload[] = ['run-small-export', 'worker'];

/** Programs that answer the tokens they come to know, of whichever state machine, and so are not told of one. */
const answerers: readonly Workload[] = ['await-ranges', 'worker'];

/** The one program whose environment does not name what it calls: Secrets Manager tells it which secret to rotate. */
const rotator: Workload = 'rotate-link-key';

/** Packages that a workload carries and cannot use, by what its environment names. */
export function uselessPackages(workload: Workload, sources: readonly string[]): readonly string[] {
  const carries = (name: string) => sources.some((source) => source.includes(`node_modules/${name}/`));
  const variables = Object.keys(environments[workload].shape);
  const useless = Object.entries(neededFor).flatMap(([name, some]) =>
    some.some((variable) => variables.includes(variable)) ||
    (workload === rotator && name === '@aws-sdk/client-secrets-manager') ||
    (answerers.includes(workload) && name === '@aws-sdk/client-sfn')
      ? []
      : name,
  );
  // Nobody signs in but by a role: see the plugin for credentials.
  const never = ['@aws-sdk/nested-clients', '@aws-sdk/credential-provider-sso'];
  const files = fileWriters.includes(workload) ? [] : filePackages;
  return [...useless, ...never, ...files].filter(carries);
}
