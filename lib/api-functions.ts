import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ApiWorkload } from '../core/contract/routes.ts';
import type { Announcements } from './announcements.ts';
import type { Database } from './database.ts';
import type { Deployment } from './deployment.ts';
import type { ExportExecutions } from './export-executions.ts';
import type { ExportTable } from './export-table.ts';
import type { FileBucket } from './file-bucket.ts';
import type { LinkKeys } from './link-keys.ts';
import type { Mail } from './mail.ts';
import type { Network } from './network.ts';
import type { RolloutFlags } from './rollout-flags.ts';
import { type FunctionEnvironment, WaybillFunction } from './waybill-function.ts';
import type { WebUrl } from './web-url.ts';
import { WebhookFunctions } from './webhook-functions.ts';

export interface ApiFunctionsProps {
  readonly deployment: Deployment;
  readonly network: Network;
  readonly database: Database;
  readonly table: ExportTable;
  readonly bucket: FileBucket;
  readonly flags: RolloutFlags;
  readonly executions: ExportExecutions;
  readonly linkKeys: LinkKeys;
  readonly mail: Mail;
  readonly webUrl: WebUrl;
  readonly announcements: Announcements;
}

/** The functions behind the API's routes, each with just what its route needs. */
export class ApiFunctions extends Construct {
  readonly byWorkload: { readonly [Name in ApiWorkload]: WaybillFunction<Name> };
  /** What every function with a caller needs to know of them. */
  private readonly caller: FunctionEnvironment<'list-members'>;

  constructor(scope: Construct, id: string, props: ApiFunctionsProps) {
    super(scope, id);
    this.caller = {
      TABLE_NAME: props.table.tableName,
      MEMBERSHIPS: props.deployment.config.identity.memberships,
    };
    const catalog = this.catalogFunctions(props);
    const reading = this.readingFunctions(props);
    const creating = this.creatingFunctions(props);
    const changing = this.changingFunctions(props);
    const files = this.fileFunctions(props);
    const members = this.memberFunctions(props);
    const asking = this.askingFunctions(props);
    const support = this.supportFunctions(props);
    const { deployment, table } = props;
    const webhooks = new WebhookFunctions(this, 'Webhooks', { deployment, table, caller: this.caller }).byWorkload;
    this.byWorkload = {
      ...catalog,
      ...reading,
      ...creating,
      ...changing,
      ...files,
      ...members,
      ...asking,
      ...support,
      ...webhooks,
    };
  }

  private catalogFunctions({ deployment, table, flags }: ApiFunctionsProps) {
    const getMe = new WaybillFunction(this, 'GetMe', {
      deployment,
      workload: 'get-me',
      environment: { ...this.caller, FLAGS_PARAMETER: flags.parameterName },
    });
    const listReports = new WaybillFunction(this, 'ListReports', {
      deployment,
      workload: 'list-reports',
      environment: this.caller,
    });
    const getReport = new WaybillFunction(this, 'GetReport', {
      deployment,
      workload: 'get-report',
      environment: this.caller,
    });
    for (const reader of [getMe, listReports, getReport]) table.grantRead(reader);
    flags.grantRead(getMe);
    // It notes what the caller's token says.
    if (deployment.config.identity.memberships === 'claims') table.grantUpdate(getMe);
    return {
      'get-me': getMe,
      'list-reports': listReports,
      'get-report': getReport,
      'get-api-description': new WaybillFunction(this, 'GetApiDescription', {
        deployment,
        workload: 'get-api-description',
        environment: {},
      }),
      'route-not-found': new WaybillFunction(this, 'RouteNotFound', {
        deployment,
        workload: 'route-not-found',
        environment: {},
      }),
    };
  }

  private memberFunctions({ deployment, table }: ApiFunctionsProps) {
    const environment = this.caller;
    const functions = {
      'list-members': new WaybillFunction(this, 'ListMembers', { deployment, workload: 'list-members', environment }),
      'put-member': new WaybillFunction(this, 'PutMember', { deployment, workload: 'put-member', environment }),
      'delete-member': new WaybillFunction(this, 'DeleteMember', {
        deployment,
        workload: 'delete-member',
        environment,
      }),
    };
    table.grantRead(functions['list-members']);
    table.grantUpdate(functions['put-member']);
    table.grantReadWrite(functions['delete-member']);
    return functions;
  }

  private supportFunctions({ deployment, table, mail, webUrl }: ApiFunctionsProps) {
    const environment = this.caller;
    const functions = {
      'send-feedback': new WaybillFunction(this, 'SendFeedback', {
        deployment,
        workload: 'send-feedback',
        environment,
      }),
      'list-feedback': new WaybillFunction(this, 'ListFeedback', {
        deployment,
        workload: 'list-feedback',
        environment,
      }),
      'request-access': new WaybillFunction(this, 'RequestAccess', {
        deployment,
        workload: 'request-access',
        environment: {
          ...environment,
          MAIL_FROM: mail.from,
          MAIL_CONFIGURATION_SET: mail.configurationSetName,
          WEB_URL: webUrl.value,
        },
        // Mail services are slow to fail; the HTTP API waits for 30 s.
        timeout: Duration.seconds(25),
      }),
    };
    table.grantUpdate(functions['send-feedback']);
    table.grantRead(functions['list-feedback']);
    table.grantUpdate(functions['request-access']);
    mail.grantSend(functions['request-access']);
    return functions;
  }

  private readingFunctions({ deployment, table }: ApiFunctionsProps) {
    const environment: FunctionEnvironment<'get-export'> = this.caller;
    const functions = {
      'list-exports': new WaybillFunction(this, 'ListExports', { deployment, workload: 'list-exports', environment }),
      'get-export': new WaybillFunction(this, 'GetExport', { deployment, workload: 'get-export', environment }),
      'list-export-events': new WaybillFunction(this, 'ListExportEvents', {
        deployment,
        workload: 'list-export-events',
        environment,
      }),
    };
    for (const reader of Object.values(functions)) table.grantRead(reader);
    table.grantListing(functions['list-exports']);
    return functions;
  }

  /** The ones whose answer comes from the database, in a few seconds or not at all. */
  private askingFunctions({ deployment, network, database, table }: ApiFunctionsProps) {
    const environment: FunctionEnvironment<'estimate-export'> = {
      ...this.caller,
      DATABASE_SECRET_ARN: database.secretArn,
    };
    const functions = {
      'list-choices': new WaybillFunction(this, 'ListChoices', {
        deployment,
        workload: 'list-choices',
        environment,
        network,
      }),
      'estimate-export': new WaybillFunction(this, 'EstimateExport', {
        deployment,
        workload: 'estimate-export',
        environment,
        network,
      }),
    };
    for (const asker of Object.values(functions)) {
      table.grantRead(asker);
      database.grantSignIn(asker);
    }
    return functions;
  }

  /** Every one of these ends in a new export. */
  private creatingFunctions({ deployment, network, database, table, flags, executions }: ApiFunctionsProps) {
    const environment: FunctionEnvironment<'retry-export'> = {
      ...this.caller,
      STATE_MACHINE_ARN: executions.stateMachineArn,
      FLAGS_PARAMETER: flags.parameterName,
      USER_CAP: String(deployment.config.userCap),
    };
    const functions = {
      'create-export': new WaybillFunction(this, 'CreateExport', {
        deployment,
        workload: 'create-export',
        // What the filters name is looked up; a retry and a re-run repeat a request that was.
        environment: { ...environment, DATABASE_SECRET_ARN: database.secretArn },
        network,
      }),
      'retry-export': new WaybillFunction(this, 'RetryExport', { deployment, workload: 'retry-export', environment }),
      'rerun-export': new WaybillFunction(this, 'RerunExport', { deployment, workload: 'rerun-export', environment }),
    };
    for (const creator of Object.values(functions)) {
      table.grantReadWrite(creator);
      executions.grantStart(creator);
      flags.grantRead(creator);
    }
    database.grantSignIn(functions['create-export']);
    return functions;
  }

  private changingFunctions(props: ApiFunctionsProps) {
    const { deployment, table, bucket, flags, executions, announcements } = props;
    const cancelExport = new WaybillFunction(this, 'CancelExport', {
      deployment,
      workload: 'cancel-export',
      environment: {
        ...this.caller,
        STATE_MACHINE_ARN: executions.stateMachineArn,
        POOL_CAP: String(deployment.config.poolCap),
        ACCOUNT_CAP: String(deployment.config.accountCap),
        FLAGS_PARAMETER: flags.parameterName,
      },
    });
    table.grantReadWrite(cancelExport);
    executions.grantAnswer(cancelExport);
    flags.grantRead(cancelExport);

    const deleteExport = new WaybillFunction(this, 'DeleteExport', {
      deployment,
      workload: 'delete-export',
      environment: { ...this.caller, BUCKET_NAME: bucket.bucketName },
    });
    table.grantReadWrite(deleteExport);
    bucket.grantDelete(deleteExport);

    const resendNotifications = new WaybillFunction(this, 'ResendNotifications', {
      deployment,
      workload: 'resend-notifications',
      environment: { ...this.caller, ...announcements.environment },
      // Mail services are slow to fail; the HTTP API waits for 30 s.
      timeout: Duration.seconds(25),
    });
    table.grantUpdate(resendNotifications);
    announcements.grantSend(resendNotifications);
    return {
      'cancel-export': cancelExport,
      'delete-export': deleteExport,
      'resend-notifications': resendNotifications,
    };
  }

  private fileFunctions({ deployment, table, bucket, flags, linkKeys }: ApiFunctionsProps) {
    const environment: FunctionEnvironment<'download-export'> = {
      ...this.caller,
      BUCKET_NAME: bucket.bucketName,
      FLAGS_PARAMETER: flags.parameterName,
    };
    const downloads = {
      'download-export': new WaybillFunction(this, 'DownloadExport', {
        deployment,
        workload: 'download-export',
        environment,
      }),
      'create-download-link': new WaybillFunction(this, 'CreateDownloadLink', {
        deployment,
        workload: 'create-download-link',
        environment,
      }),
      'open-download-link': new WaybillFunction(this, 'OpenDownloadLink', {
        deployment,
        workload: 'open-download-link',
        environment: { ...environment, LINK_KEYS_SECRET_ARN: linkKeys.secretArn },
      }),
    };
    for (const download of Object.values(downloads)) {
      // Each download, and each refusal, is written to the timeline.
      table.grantReadWrite(download);
      bucket.grantRead(download);
      flags.grantRead(download);
    }
    linkKeys.grantUse(downloads['open-download-link']);

    const getWaybill = new WaybillFunction(this, 'GetWaybill', {
      deployment,
      workload: 'get-waybill',
      environment: { ...this.caller, BUCKET_NAME: bucket.bucketName },
    });
    table.grantRead(getWaybill);
    bucket.grantRead(getWaybill);
    return { ...downloads, 'get-waybill': getWaybill };
  }
}
