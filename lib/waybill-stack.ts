import { CfnOutput, DefaultStackSynthesizer, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Announcements } from './announcements.ts';
import { Api } from './api.ts';
import { ApiFunctions } from './api-functions/api-functions.ts';
import { Database } from './database.ts';
import type { Deployment } from './deployment.ts';
import { ExportExecutions } from './export-executions.ts';
import { ExportStateMachine } from './export-state-machine.ts';
import { ExportTable } from './export-table.ts';
import { FileBucket } from './file-bucket.ts';
import { IdentityProvider } from './identity-provider.ts';
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
import { WebSite } from './web-site/web-site.ts';
import { WebUrl } from './web-url.ts';
import { Webhooks } from './webhooks.ts';
import { WorkerTask } from './worker-task.ts';

/** All of Waybill in one account and region, for one stage. */
export class WaybillStack extends Stack {
  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id, {
      description: `Waybill ${deployment.stage}: asynchronous data exports`,
      terminationProtection: deployment.config.retainData,
      // The command line checks the bootstrap version by itself; the template stays free of parameters for it.
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
    });

    // Records, files and switches
    const table = new ExportTable(this, 'ExportTable', { deployment });
    const bucket = new FileBucket(this, 'FileBucket', { deployment });
    const flags = new RolloutFlags(this, 'RolloutFlags');

    // What people and their programs reach: the report center, and the API, each request with a token
    const identity = new IdentityProvider(this, 'IdentityProvider', { deployment });
    const api = new Api(this, 'Api', { deployment, identity });
    const site = new WebSite(this, 'WebSite', { deployment, identity, api });
    const webUrl = new WebUrl(this, 'WebUrl', { deployment, site });

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
    const executions = new ExportExecutions(this, 'ExportExecutions');
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
    const worker = new WorkerTask(this, 'WorkerTask', { deployment, network, table, bucket, database });
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

    new CfnOutput(this, 'ApiUrl', { value: api.url, description: 'The HTTP API' });
    new CfnOutput(this, 'TableName', { value: table.tableName, description: 'The table of records' });
    new CfnOutput(this, 'BucketName', { value: bucket.bucketName, description: 'The bucket of files' });
    new CfnOutput(this, 'DashboardUrl', {
      value: monitoring.dashboardUrl,
      description: 'How it all does, in CloudWatch',
    });
    new CfnOutput(this, 'ReportCenterUrl', { value: webUrl.value, description: 'Where people open their reports' });
  }
}
