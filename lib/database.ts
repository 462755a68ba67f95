import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import * as rds from 'aws-cdk-lib/aws-rds';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import type { Network } from './network.ts';

/** The role Waybill signs in as: it can read, and nothing else. */
const READER = 'waybill_reader';

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
  /** Host, port, dbname, username and password of the read-only role. */
  private readonly secret: ISecret;

  constructor(scope: Construct, id: string, { deployment, network }: DatabaseProps) {
    super(scope, id);
    const { database } = deployment.config;
    if (database.kind === 'sample') {
      this.secret = this.createSample(deployment, network);
      return;
    }
    this.secret = database.secret;
    network.workloads.connections.allowToDefaultPort(database.connections, 'Waybill reads the database');
  }

  get secretArn(): string {
    return this.secret.secretArn;
  }

  /** Lets a workload learn how to sign in. */
  grantSignIn(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['secretsmanager:GetSecretValue'], resourceArns: [this.secretArn] });
    this.secret.encryptionKey?.grantDecrypt(grantee);
  }

  private createSample(deployment: Deployment, network: Network): ISecret {
    const cluster = new rds.DatabaseCluster(this, 'Cluster', {
      engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_17_9 }),
      writer: rds.ClusterInstance.serverlessV2('Writer'),
      serverlessV2MinCapacity: 0.5,
      serverlessV2MaxCapacity: 4,
      vpc: network.vpc,
      vpcSubnets: network.subnets,
      defaultDatabaseName: SAMPLE_DATABASE,
      credentials: rds.Credentials.fromGeneratedSecret('postgres'),
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
    return reader.attach(cluster);
  }
}
