import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createAwsEndpoint } from './aws-endpoint/endpoint.ts';
import { AccessDeniedError, type Principal, type RequiredPermission } from './aws-endpoint/service.ts';
import { LocalClock } from './clock.ts';
import { readClockOffset, writeClockOffset } from './clock-file.ts';
import { createDistribution } from './cloudfront/distribution.ts';
import { startCloudWatch } from './cloudwatch/cloudwatch.ts';
import { connectFunctions, connectTasks } from './connections.ts';
import { createControl } from './control/control.ts';
import { startLocalDynamoDb } from './dynamodb/local-dynamodb.ts';
import { createTaskRunner } from './ecs/task-runner.ts';
import { createEventBus } from './events/event-bus.ts';
import { FaultInjector } from './faults/fault-injector.ts';
import { killProcesses } from './faults/kill-processes.ts';
import { createHttpApi } from './http-api/http-api.ts';
import { type AccessKey, mintCredentials } from './iam/credentials.ts';
import { createAuthorizer } from './iam/policy.ts';
import { createLambdaHost } from './lambda/lambda-host.ts';
import { renewLiveLeases } from './leases.ts';
import type { LogLine } from './line-log.ts';
import { createMembers } from './members.ts';
import { createOidcIssuer } from './oidc/oidc-issuer.ts';
import { createS3Service } from './s3/service.ts';
import { startSampleDatabase } from './sample-database.ts';
import { SecretVersions } from './secrets-manager/secret-versions.ts';
import { createSecretsManager } from './secrets-manager/secrets-manager.ts';
import { createSes } from './ses/ses.ts';
import { type Listener, SharedPort } from './shared-port.ts';
import { deploySite } from './site.ts';
import { createParameterStore } from './ssm/parameter-store.ts';
import { executionMetrics } from './step-functions/execution-metrics.ts';
import { createStepFunctions } from './step-functions/step-functions.ts';
import { synthesize } from './synthesize.ts';
import { type LocalPlan, planFromTemplate } from './template/local-plan.ts';
import { ACCOUNT_ID, REGION } from './template/physical-ids.ts';
import { type Template, templateSchema } from './template/template.ts';
import { timeTravel } from './time-travel.ts';

export interface LocalCloudOptions {
  /** The repository. */
  readonly root: string;
  /** Where all state is kept. */
  readonly home: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Takes each line that functions, tasks and databases print. */
  readonly log: LogLine;
  /** Told what is being started. */
  readonly progress: (step: string) => void;
  /** How many orders the sample database has; fewer, for tests. */
  readonly orders?: { readonly acme: number; readonly globex: number };
  /** Changes the synthesized template before it is read: shows in tests what a missing grant or an unknown type does. */
  readonly changeTemplate?: (template: Template) => void;
}

/** Every task runs the bundle that its container image is made from. */
function workerEntryOf({ taskDefinitions }: LocalPlan): string {
  const directory = taskDefinitions[0]?.containers[0]?.imageDirectory;
  if (directory === undefined) throw new Error('The template has no task whose image is built from the assembly.');
  return join(directory, 'index.mjs');
}

export type LocalCloud = Awaited<ReturnType<typeof startLocalCloud>>;

/**
 * Synthesizes the stack and starts all that its template declares: nothing is declared a second time here.
 * @throws PortTakenError, TemplateError
 */
export async function startLocalCloud(options: LocalCloudOptions) {
  const started = new AsyncDisposableStack();
  try {
    return await start(options, started);
  } catch (error) {
    await started.disposeAsync();
    throw error;
  }
}

async function start(
  { root, home, port, log, progress, orders, changeTemplate }: LocalCloudOptions,
  started: AsyncDisposableStack,
) {
  const shared = await SharedPort.open(port);
  started.defer(() => shared.close());
  const origin = `http://127.0.0.1:${shared.port}`;
  // S3 is another origin than the API, as on AWS: clients that follow a redirect leave the token behind.
  const storage = await SharedPort.open(0);
  started.defer(() => storage.close());
  const issuer = `${origin}/oidc`;

  progress('synthesizing the stack');
  const assembly = await synthesize(root, join(root, '.build/assembly'));
  const template = templateSchema.parse(assembly.template);
  changeTemplate?.(template);
  const plan = planFromTemplate(template, assembly.directory, { parameters: { OidcIssuer: issuer, WebUrl: origin } });
  const clock = new LocalClock(readClockOffset(home));
  started.defer(() => writeClockOffset(home, clock.offsetMs));

  const cloudWatch = startCloudWatch({ alarms: plan.alarms, clock, log });
  started.defer(() => cloudWatch.stop());
  const { measure } = cloudWatch;

  const authorizer = createAuthorizer(plan.roles);
  const authorize = (principal: Principal, permission: RequiredPermission) => {
    if (!authorizer.authorize(principal, permission)) throw new AccessDeniedError(principal, permission);
  };
  const credentials = mintCredentials(plan.roles.map((role) => role.arn));
  const environmentOf = ({ accessKeyId, secretAccessKey }: AccessKey) => ({
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL: origin,
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${storage.port}`,
  });
  const environmentFor = (roleArn: string) => environmentOf(credentials.forRole(roleArn));
  const hosting = { environmentFor, authorize, clock, log: cloudWatch.readLog, measure };

  progress('starting the databases');
  const dynamodb = await startLocalDynamoDb({
    tables: plan.tables,
    stateDirectory: join(home, 'dynamodb'),
    clock,
    endpoint: process.env.WAYBILL_DYNAMODB_ENDPOINT,
    onFailure: (error) => log('dynamodb', error.message),
    measure,
  });
  started.defer(() => dynamodb.stop());
  const database = await startSampleDatabase({ plan, directory: join(home, 'postgres'), log, progress, orders });
  started.defer(() => database.stop());
  const versions = new SecretVersions({ secrets: plan.secrets, stateDirectory: join(home, 'secrets-manager'), clock });

  progress('starting the services');
  const functions = createLambdaHost({ ...hosting, functions: plan.functions });
  started.defer(() => functions.stop());
  const tasks = createTaskRunner({
    ...hosting,
    taskDefinitions: plan.taskDefinitions,
    workerEntry: workerEntryOf(plan),
  });
  started.defer(() => tasks.stop());
  cloudWatch.everyMinute(tasks.sample);
  const events = createEventBus({
    rules: plan.rules,
    invoke: functions.invoke,
    clock,
    log,
    accountId: ACCOUNT_ID,
    region: REGION,
    measure,
  });
  started.defer(() => events.stop());
  const measureExecution = executionMetrics(measure);
  const stepFunctions = createStepFunctions({
    stateMachines: plan.stateMachines,
    invokeFunction: connectFunctions(functions),
    runTask: connectTasks(tasks),
    authorize,
    clock,
    directory: join(home, 'step-functions'),
    emit(event) {
      measureExecution(event);
      events.put({ ...event, detailType: event['detail-type'] });
    },
  });
  const secrets = createSecretsManager({
    ...{ secrets: plan.secrets, versions, invoke: functions.invoke, clock, log },
    databaseAddress: () => database.address,
  });
  started.defer(() => secrets.rotation.stop());
  const s3 = createS3Service({ buckets: plan.buckets, directory: join(home, 's3'), clock });
  const ses = createSes({
    identities: plan.emailIdentities,
    configurationSets: plan.configurationSets,
    directory: join(home, 'ses'),
    clock,
    publish: events.put,
    measure,
  });
  started.defer(() => ses.stop());
  const parameters = createParameterStore({
    parameters: plan.parameters,
    stateDirectory: join(home, 'ssm'),
    clock,
  });
  const faults = new FaultInjector({
    keyAttributes: new Map(plan.tables.map(({ name, keys }) => [name, keys.map(({ attribute }) => attribute)])),
    kill: killProcesses(plan, { functions, tasks }),
    postgresUrl: database.adminUrl,
  });
  started.defer(() => faults.stop());
  const endpoint = createAwsEndpoint({
    services: [
      dynamodb.service,
      s3,
      stepFunctions.service,
      secrets.service,
      parameters,
      ses.service,
      cloudWatch.service,
    ],
    credentials: (accessKeyId) => credentials.lookUp(accessKeyId),
    authorize: authorizer.authorize,
    wouldAllow: authorizer.wouldAllow,
    clock,
    intercept: faults.intercept,
  });

  const awsCalls: Listener = async (request, response) => {
    if (!endpoint.isAwsRequest(request)) return false;
    await endpoint.handle(request, response);
    return true;
  };
  const notYet: Listener = async (_, response) => {
    response.writeHead(503).end();
    return true;
  };
  // The function that fills the database asks for secrets; people have to wait until it has.
  shared.serve([awsCalls, notYet]);
  storage.serve([awsCalls]);
  await database.seed(versions, functions.invoke);

  const [api] = plan.httpApis;
  const [table] = plan.tables;
  const [distribution] = plan.distributions;
  const siteBuckets = new Set(plan.bucketDeployments.map(({ bucketName }) => bucketName));
  const bucket = plan.buckets.find(({ name }) => !siteBuckets.has(name));
  const [stateMachine] = plan.stateMachines;
  if (!api || !distribution || !table || !bucket || !stateMachine)
    throw new Error('The template lacks an API, distribution, table, bucket or machine.');
  const { clientId } = await deploySite(plan.bucketDeployments, s3.bucket, clock);
  const audience = api.routes.find((route) => route.authorizer)?.authorizer?.audience[0] ?? 'waybill';
  const oidc = await createOidcIssuer({
    issuer,
    audience,
    clientId,
    webOrigins: [origin, `http://localhost:${shared.port}`],
    directory: join(home, 'oidc'),
    clock,
  });
  const operator = new DynamoDBClient({ region: REGION, endpoint: origin, credentials: credentials.localOperator });
  started.defer(() => operator.destroy());
  const members = createMembers({ tableName: table.name, client: operator });
  const advance = timeTravel({
    clock,
    renewLeases: (seconds) => renewLiveLeases({ client: operator, tableName: table.name, clock }, seconds),
    expire: [() => s3.sweep(), () => dynamodb.expire(clock.now())],
  });
  const info = () => ({
    origin,
    /** The cloud's own time, epoch milliseconds: it may be ahead. */
    now: clock.now(),
    postgresUrl: database.adminUrl,
    awsEndpoint: origin,
    tableName: table.name,
    bucketName: bucket.name,
    stateMachineArn: stateMachine.arn,
    /** What a program needs to do as the operator would. */
    operatorEnvironment: environmentOf(credentials.localOperator),
  });
  const control = createControl({
    issueToken: oidc.issueToken,
    clock,
    advance,
    setMembership: members.set,
    faults,
    mailbox: ses.mailbox,
    ops: { cloudWatch, dashboards: plan.dashboards, clock },
    info,
  });
  const front = createHttpApi({
    routes: api.routes,
    invoke: functions.invoke,
    clock,
    log,
    cors: api.cors,
    accountId: ACCOUNT_ID,
    apiId: api.id,
    measure,
  });
  const site = createDistribution({
    plan: distribution,
    buckets: s3.bucket,
    apis: new Map([[api.id, front.handle]]),
    clock,
  });
  shared.serve([awsCalls, oidc.handle, control.handle, site]);
  // The executions of an earlier run end here, and their events reach functions, which need the port to answer.
  await stepFunctions.start();
  started.defer(() => stepFunctions.stop());
  secrets.rotation.start();
  await members.seed();

  return {
    origin,
    plan,
    clock,
    advance,
    faults,
    authorizer,
    functions,
    tasks,
    database,
    cloudWatch,
    events,
    secrets,
    s3,
    mailbox: ses.mailbox,
    members,
    info,
    /** The database itself, past all policies. */
    databaseEndpoint: dynamodb.endpoint,
    environmentFor,
    operatorEnvironment: environmentOf(credentials.localOperator),
    issueToken: oidc.issueToken,
    /** Ends every child and frees the port; resolves when all are gone. */
    stop: () => started.disposeAsync(),
  };
}
