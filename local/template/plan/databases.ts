import * as z from 'zod';
import { commonProperties, irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';

/** A PostgreSQL database: an Aurora cluster, or an instance outside of one. */
export interface DatabasePlan {
  readonly logicalId: string;
  /** What a secret's attachment refers to. */
  readonly identifier: string;
  readonly arn: string;
  readonly engine: string;
  readonly databaseName?: string;
  /** A name, or the secret whose JSON has it under a key. */
  readonly masterUsername: string | { readonly secretArn: string; readonly key: string };
}

/** `{{resolve:secretsmanager:ARN:SecretString:KEY::}}` */
const SECRET_REFERENCE = /^\{\{resolve:secretsmanager:(.+):SecretString:([^:]+):[^:]*:[^:]*\}\}$/;

const masterUsername = text.transform((written) => {
  const [, secretArn, key] = SECRET_REFERENCE.exec(written) ?? [];
  return secretArn !== undefined && key !== undefined ? { secretArn, key } : written;
});

const operation = irrelevant('how AWS operates the database');
const network = irrelevant('everything local talks over the loopback interface');
const schema = z.strictObject({
  ...commonProperties,
  AllocatedStorage: operation,
  AllowMajorVersionUpgrade: operation,
  AutoMinorVersionUpgrade: operation,
  BackupRetentionPeriod: operation,
  CACertificateIdentifier: operation,
  CloudwatchLogsExports: operation,
  CopyTagsToSnapshot: operation,
  DBClusterIdentifier: text.optional(),
  DBClusterParameterGroupName: irrelevant('the local database has its own settings'),
  DBInstanceClass: operation,
  DBInstanceIdentifier: irrelevant('read through the resource name'),
  DBName: text.optional(),
  DBParameterGroupName: irrelevant('the local database has its own settings'),
  DBSubnetGroupName: network,
  DatabaseInsightsMode: operation,
  DatabaseName: text.optional(),
  DeletionProtection: operation,
  EnableCloudwatchLogsExports: operation,
  EnableHttpEndpoint: irrelevant('nothing uses the Data API'),
  EnableIAMDatabaseAuthentication: irrelevant('local users sign in by password'),
  EnablePerformanceInsights: operation,
  Engine: text.regex(/postgres/, 'only PostgreSQL runs locally').optional(),
  EngineVersion: irrelevant('the local database has its own version'),
  Iops: operation,
  KmsKeyId: irrelevant('local data is not encrypted'),
  MasterUserPassword: irrelevant('the secret has it'),
  MasterUsername: masterUsername.optional(),
  MonitoringInterval: operation,
  MonitoringRoleArn: operation,
  MultiAZ: operation,
  PerformanceInsightsKmsKeyId: operation,
  PerformanceInsightsRetentionPeriod: operation,
  Port: irrelevant('the local database has its own port'),
  PreferredBackupWindow: operation,
  PreferredMaintenanceWindow: operation,
  PromotionTier: operation,
  PubliclyAccessible: network,
  ServerlessV2ScalingConfiguration: operation,
  StorageEncrypted: irrelevant('local data is not encrypted'),
  StorageThroughput: operation,
  StorageType: operation,
  VPCSecurityGroups: network,
  VpcSecurityGroupIds: network,
});

/**
 * Plans one `AWS::RDS::DBCluster` or `AWS::RDS::DBInstance`; none for an instance that only serves a cluster.
 * @throws TemplateError
 */
export function planDatabase(resource: ResolvedResource): DatabasePlan | undefined {
  const properties = readProperties(resource, schema);
  const isCluster = resource.type === 'AWS::RDS::DBCluster';
  if (!isCluster && properties.DBClusterIdentifier !== undefined) return undefined;
  const databaseName = properties.DatabaseName ?? properties.DBName;
  return {
    logicalId: resource.logicalId,
    identifier: resource.ref(),
    arn: resource.attribute(isCluster ? 'DBClusterArn' : 'DBInstanceArn'),
    engine: properties.Engine ?? 'postgres',
    ...(databaseName !== undefined && { databaseName }),
    masterUsername: properties.MasterUsername ?? 'postgres',
  };
}
