import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { CorsHttpMethod, HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { IpAddresses, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  Cluster,
  ContainerImage,
  FargateTaskDefinition,
  type ICluster,
  LogDrivers,
  Secret as TaskSecret,
} from 'aws-cdk-lib/aws-ecs';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFn, Runtime } from 'aws-cdk-lib/aws-lambda';
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  DatabaseCluster,
  DatabaseClusterEngine,
} from 'aws-cdk-lib/aws-rds';
import { BlockPublicAccess, Bucket, HttpMethods } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { DefinitionBody, IntegrationPattern, JsonPath, StateMachine, TaskInput } from 'aws-cdk-lib/aws-stepfunctions';
import { EcsFargateLaunchTarget, EcsRunTask, LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';

/**
 * Synthesizes a stack with one of everything that the local cloud starts, as CDK writes it today.
 * @param directory an empty folder; its `cloud` becomes the assembly
 */
export function synthesizeStack(directory: string): { template: unknown; assemblyDirectory: string } {
  const codeDirectory = join(directory, 'code');
  mkdirSync(codeDirectory);
  writeFileSync(join(codeDirectory, 'index.mjs'), 'export const handler = async () => ({});');
  const assemblyDirectory = join(directory, 'cloud');
  const app = new App({ outdir: assemblyDirectory, analyticsReporting: false });
  const stack = new Stack(app, 'example', { env: { account: '000000000000', region: 'us-east-1' } });

  const key = new Key(stack, 'Key');
  const table = new TableV2(stack, 'Records', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    timeToLiveAttribute: 'expiresAtSeconds',
    encryption: TableEncryptionV2.customerManagedKey(key),
    globalSecondaryIndexes: [
      {
        indexName: 'due',
        partitionKey: { name: 'kind', type: AttributeType.STRING },
        projectionType: ProjectionType.KEYS_ONLY,
      },
    ],
  });
  const bucket = new Bucket(stack, 'Files', {
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    cors: [
      {
        allowedOrigins: ['https://reports.invalid'],
        allowedMethods: [HttpMethods.GET],
        exposedHeaders: ['ETag'],
        maxAge: 60,
      },
    ],
    lifecycleRules: [
      { tagFilters: { retention: '1' }, expiration: Duration.days(2) },
      { abortIncompleteMultipartUploadAfter: Duration.days(1) },
    ],
  });
  // CDK's interfaces predate exactOptionalPropertyTypes.
  const vpc = new Vpc(stack, 'Vpc', {
    ipAddresses: IpAddresses.cidr('10.0.0.0/16'),
    availabilityZones: ['us-east-1a', 'us-east-1b'],
    natGateways: 0,
    subnetConfiguration: [{ name: 'database', subnetType: SubnetType.PRIVATE_ISOLATED }],
  }) as IVpc;
  const subnets = { subnetType: SubnetType.PRIVATE_ISOLATED };
  const database = new DatabaseCluster(stack, 'Database', {
    engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_16_4 }),
    writer: ClusterInstance.serverlessV2('writer'),
    vpc,
    vpcSubnets: subnets,
    defaultDatabaseName: 'sample',
  });
  const generateSecretString = { secretStringTemplate: '{"username":"reader"}', generateStringKey: 'password' };
  const secret = new Secret(stack, 'Reader', { secretName: 'waybill/reader', generateSecretString }).attach(database);
  const parameter = new StringParameter(stack, 'Flags', { parameterName: '/waybill/flags', stringValue: '{}' });

  const lambda = (id: string) =>
    new LambdaFn(stack, id, {
      code: Code.fromAsset(codeDirectory),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      vpc,
      vpcSubnets: subnets,
      environment: { TABLE_NAME: table.tableName, BUCKET_NAME: bucket.bucketName, FLAGS: parameter.parameterName },
    });
  const create = lambda('Create');
  const record = lambda('Record');
  table.grantReadWriteData(create);
  bucket.grantReadWrite(create);
  secret.grantRead(create);
  parameter.grantRead(create);

  const cluster = new Cluster(stack, 'Workers', { vpc }) as ICluster;
  const task = new FargateTaskDefinition(stack, 'Task', { family: 'worker', cpu: 1024, memoryLimitMiB: 2048 });
  const container = task.addContainer('worker', {
    image: ContainerImage.fromRegistry('example.invalid/worker:1'),
    logging: LogDrivers.awsLogs({ streamPrefix: 'worker' }),
    command: ['node', 'worker.mjs'],
    environment: { TABLE_NAME: table.tableName },
    secrets: { PASSWORD: TaskSecret.fromSecretsManager(secret, 'password') },
  });
  const queued = new LambdaInvoke(stack, 'Queued', {
    lambdaFunction: create,
    integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    payload: TaskInput.fromObject({ token: JsonPath.taskToken }),
  });
  const running = new EcsRunTask(stack, 'Running', {
    integrationPattern: IntegrationPattern.RUN_JOB,
    cluster,
    taskDefinition: task,
    launchTarget: new EcsFargateLaunchTarget(),
    subnets,
    containerOverrides: [
      { containerDefinition: container, environment: [{ name: 'ID', value: JsonPath.stringAt('$.id') }] },
    ],
  });
  const machine = new StateMachine(stack, 'Machine', {
    definitionBody: DefinitionBody.fromChainable(queued.next(running)),
  });

  const input = RuleTargetInput.fromObject({ job: 'sweep' });
  new Rule(stack, 'EveryMinute', {
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [new LambdaFunction(record, { event: input })],
  });
  new Rule(stack, 'Ended', {
    eventPattern: {
      source: ['aws.states'],
      detail: { stateMachineArn: [machine.stateMachineArn], status: ['FAILED'] },
    },
    targets: [new LambdaFunction(record)],
  });

  const api = new HttpApi(stack, 'Api', {
    corsPreflight: { allowOrigins: ['https://reports.invalid'], allowMethods: [CorsHttpMethod.GET] },
  });
  api.addRoutes({
    path: '/v1/exports/{id}',
    methods: [HttpMethod.GET],
    integration: new HttpLambdaIntegration('Create', create),
    authorizer: new HttpJwtAuthorizer('Jwt', 'https://issuer.invalid', { jwtAudience: ['waybill'] }),
    authorizationScopes: ['exports'],
  });

  app.synth();
  const template: unknown = JSON.parse(readFileSync(join(assemblyDirectory, 'example.template.json'), 'utf8'));
  return { template, assemblyDirectory };
}
