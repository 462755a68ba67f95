import { existsSync } from 'node:fs';
import { CfnOutput, Names } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Announcements } from './announcements.ts';
import { Api } from './api.ts';
import { ApiFunctions } from './api-functions/api-functions.ts';
import { bundleOf, defaultBundleDirectory } from './bundles.ts';
import { parseProps } from './config/config.ts';
import { Database } from './database.ts';
import { EncryptionKey } from './encryption-key.ts';
import { ExportExecutions } from './export-executions.ts';
import { ExportStateMachine } from './export-state-machine.ts';
import { ExportTable } from './export-table.ts';
import { FileBucket } from './file-bucket.ts';
import { createIdentityProvider } from './identity-provider.ts';
import { LinkKeys } from './link-keys.ts';
import { Mail } from './mail.ts';
import { MailRecorder } from './mail-recorder.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { Network } from './network.ts';
import { OperationsParameter } from './operations-parameter.ts';
import { Reconciler } from './reconciler.ts';
import { RolloutFlags } from './rollout-flags.ts';
import { StepHandlers } from './step-handlers.ts';
import { Sweeper } from './sweeper.ts';
import type { WaybillProps } from './waybill-props.ts';
import { WebSite } from './web-site/web-site.ts';
import { WebUrl } from './web-url.ts';
import { Webhooks } from './webhooks.ts';
import { WorkerTask } from './worker-task.ts';

/**
 * A stage has 64 characters at most, the name of a state machine 80, of which `-exports` are 8.
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
 */
const MAX_NAME_LENGTH = 64;

/** All of Waybill: one deployment, which can stand beside whatever else is in the stack. */
export class Waybill extends Construct {
  /** The HTTP API, for programs. */
  readonly apiUrl: string;
  /** Where people open their reports. */
  readonly reportCenterUrl: string;
  /** The table of exports, queue and members. */
  readonly tableName: string;
  /** The bucket of finished files. */
  readonly bucketName: string;
  /** The state machine, one execution an export. */
  readonly stateMachineArn: string;
  /** The parameter of the rollout flags. */
  readonly flagsParameterName: string;
  /** How it all does, in CloudWatch. */
  readonly dashboardUrl: string;

  constructor(scope: Construct, id: string, { bundleDirectory = defaultBundleDirectory, ...props }: WaybillProps) {
    super(scope, id);
    const name = Names.uniqueResourceName(this, {
      maxLength: MAX_NAME_LENGTH,
      separator: '-',
      allowedSpecialCharacters: '-',
    });
    const config = parseProps(this.node.path, { stage: name, ...props });
    const deployment = { name, stage: config.stage, config, bundleDirectory };
    assertBundled(bundleDirectory);

    // Records, files and switches
    const table = new ExportTable(this, 'ExportTable', { deployment });
    const key = new EncryptionKey(this, 'EncryptionKey', { deployment });
    const bucket = new FileBucket(this, 'FileBucket', { deployment, key });
    const flags = new RolloutFlags(this, 'RolloutFlags');

    // What people and their programs reach: the report center, and the API, each request with a token
    const identity = createIdentityProvider(this, 'IdentityProvider', deployment);
    const api = new Api(this, 'Api', { deployment, identity });
    const site = new WebSite(this, 'WebSite', { deployment, identity, api });
    const webUrl = new WebUrl(this, 'WebUrl', { deployment, site });
    identity.sendPeopleBackTo(webUrl.value);

    // Word to people: mails, and the links in them
    const linkKeys = new LinkKeys(this, 'LinkKeys', { deployment });
    const mail = new Mail(this, 'Mail', { deployment });
    const announcements = new Announcements({ mail, linkKeys, webUrl });
    const mailRecorder = new MailRecorder(this, 'MailRecorder', { deployment, table, mail });

    // Word to other systems
    const webhooks = new Webhooks(this, 'Webhooks', { deployment, table });

    // Where reports read from
    const network = new Network(this, 'Network', { deployment });
    const database = new Database(this, 'Database', { deployment, network });

    // Request: the API answers at once and starts an execution
    const executions = new ExportExecutions(this, 'ExportExecutions', { deployment });
    const functions = new ApiFunctions(this, 'ApiFunctions', {
      deployment,
      network,
      database,
      table,
      bucket,
      flags,
      executions,
      linkKeys,
      mail,
      webUrl,
      announcements,
    });
    api.addRoutes(functions);

    // Execution: the state machine waits for a slot, produces the file and records the outcome
    const worker = new WorkerTask(this, 'WorkerTask', { deployment, network, table, bucket, database, executions });
    const handlers = new StepHandlers(this, 'StepHandlers', {
      deployment,
      network,
      table,
      bucket,
      database,
      flags,
      executions,
      announcements,
    });
    new ExportStateMachine(this, 'ExportStateMachine', {
      deployment,
      network,
      handlers,
      worker,
      executions,
      webhooks,
    });

    // Upkeep
    const sweeper = new Sweeper(this, 'Sweeper', { deployment, table, bucket, flags, executions, announcements });
    const reconciler = new Reconciler(this, 'Reconciler', { deployment, table, flags, executions });

    // Watch: who is told of what, and one page to see it on
    const monitoring = new Monitoring(this, 'Monitoring', {
      deployment,
      api,
      table,
      executions,
      handlers,
      worker,
      mail,
      mailRecorder,
      webhooks,
      sweeper,
      reconciler,
    });

    // Operators: where everything is
    new OperationsParameter(this, 'Operations', { deployment, table, bucket, flags, executions });

    this.apiUrl = this.output('ApiUrl', 'The HTTP API', api.url);
    this.reportCenterUrl = this.output('ReportCenterUrl', 'Where people open their reports', webUrl.value);
    this.tableName = this.output('TableName', 'The table of exports, queue and members', table.tableName);
    this.bucketName = this.output('BucketName', 'The bucket of finished files', bucket.bucketName);
    this.stateMachineArn = this.output('StateMachineArn', 'The state machine of exports', executions.stateMachineArn);
    this.flagsParameterName = this.output(
      'FlagsParameterName',
      'The parameter that switches requests, workers and downloads on and off',
      flags.parameterName,
    );
    this.dashboardUrl = this.output('DashboardUrl', 'How it all does, in CloudWatch', monitoring.dashboardUrl);
    if (database.seeding) {
      this.output(
        'SeedSampleDatabase',
        'Fills the sample database, once after the first deployment',
        database.seeding.command,
      );
    }
    if (identity.userPoolId !== undefined) {
      this.output(
        'UserPoolId',
        'The people who can sign in: for aws cognito-idp admin-create-user',
        identity.userPoolId,
      );
    }
  }

  /** Shows an operator a value after each deployment. */
  private output(id: string, description: string, value: string): string {
    new CfnOutput(this, id, { description, value });
    return value;
  }
}

function assertBundled(bundleDirectory: string): void {
  if (existsSync(bundleOf('worker', bundleDirectory))) return;
  throw new Error(
    `There are no workloads in ${bundleDirectory}: call \`await buildWaybill()\` of bin/build.ts before.`,
  );
}
