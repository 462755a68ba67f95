import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import * as rds from 'aws-cdk-lib/aws-rds';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import type { Network } from './network.ts';
import { SampleSeeding } from './sample-seeding.ts';

/** The role Waybill signs in as: it can read, and nothing else. */
const READER = 'waybill_reader';

/** The role that owns the sample database. */
const ADMIN = 'waybill_admin';

const SAMPLE_DATABASE = 'waybill_sample';

const rotation = {
  id: 'AwsSolutions-SMG4',
  reason:
    'The sample database holds made-up rows and is reachable from the isolated subnets only. Rotating would take a ' +
    'function from the application repository. With an existing database the secret, and its rotation, are its owner’s.',
};

export interface DatabaseProps {
  readonly deployment: Deployment;
  readonly network: Network;
}

/** The PostgreSQL database that reports read: one of Waybill's own with sample rows, or one that is there already. */
export class Database extends Construct {
  /** Fills the sample database; none beside an existing one. */
  readonly seeding?: SampleSeeding;
  /** What a workload that reads the database has to know. */
  readonly environment: { readonly DATABASE_SECRET_ARN: string; readonly DATABASE_HOST?: string };
  /** Host, port, dbname, username and password of the read-only role. */
  private readonly secret: ISecret;

  constructor(scope: Construct, id: string, { deployment, network }: DatabaseProps) {
    super(scope, id);
    const { database } = deployment.config;
    if (database.kind === 'sample') {
      const { adminSecret, readerSecret } = this.createSample(deployment, network);
      this.secret = readerSecret;
      this.environment = { DATABASE_SECRET_ARN: readerSecret.secretArn };
      this.seeding = new SampleSeeding(this, 'Seeding', { deployment, network, adminSecret, readerSecret });
      return;
    }
    this.secret = database.secret;
    this.environment = {
      DATABASE_SECRET_ARN: database.secret.secretArn,
      ...(database.readerEndpoint !== undefined && { DATABASE_HOST: database.readerEndpoint }),
    };
    network.workloads.connections.allowToDefaultPort(database.connections, 'Waybill reads the database');
  }

  /** Lets a workload learn how to sign in. */
  grantSignIn(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: ['secretsmanager:GetSecretValue'],
      resourceArns: [this.secret.secretArn],
    });
    this.secret.encryptionKey?.grantDecrypt(grantee);
  }

  private createSample(deployment: Deployment, network: Network): { adminSecret: ISecret; readerSecret: ISecret } {
    const cluster = new rds.DatabaseCluster(this, 'Cluster', {
      engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_18_4 }),
      writer: rds.ClusterInstance.serverlessV2('Writer'),
      serverlessV2MinCapacity: 0.5,
      serverlessV2MaxCapacity: 4,
      vpc: network.vpc,
      vpcSubnets: network.subnets,
      defaultDatabaseName: SAMPLE_DATABASE,
      credentials: rds.Credentials.fromGeneratedSecret(ADMIN),
      storageEncrypted: true,
      iamAuthentication: true,
      cloudwatchLogsExports: ['postgresql'],
      deletionProtection: deployment.config.retainData,
      removalPolicy: deployment.config.retainData ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
    });
    cluster.connections.allowDefaultPortFrom(network.workloads, 'Waybill reads the database');
    const reader = new Secret(this, 'Reader', {
      description: `How Waybill signs in to the sample database, as ${READER}`,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: READER }),
        generateStringKey: 'password',
        excludePunctuation: true,
      },
    });
    Validations.of(this).acknowledge(rotation, {
      id: 'AwsSolutions-RDS11',
      reason: 'Another port would hide nothing: only the workloads’ security group can reach it.',
    });
    if (!deployment.config.retainData) {
      Validations.of(this).acknowledge({
        id: 'AwsSolutions-RDS10',
        reason: 'This stage keeps no data: deleting the stack deletes the sample rows, which can be made again.',
      });
    }
    if (!cluster.secret) throw new Error('The sample database has no generated password.');
    return { adminSecret: cluster.secret, readerSecret: reader.attach(cluster) };
  }
}
