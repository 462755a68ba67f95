import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { StageConfig } from './config/config.ts';
import type { ExistingDatabase } from './waybill-props.ts';

/** The database that a stage of cdk.json names by its ids. */
export function importDatabase(
  scope: Construct,
  database: Extract<StageConfig['database'], { kind: 'existing' }>,
): ExistingDatabase {
  const place = new Construct(scope, 'ExistingDatabase');
  const vpc = ec2.Vpc.fromVpcAttributes(place, 'Vpc', {
    vpcId: database.vpcId,
    availabilityZones: database.availabilityZones,
    isolatedSubnetIds: database.subnetIds,
  });
  Validations.of(vpc).acknowledge({
    id: '@aws-cdk/aws-ec2:noSubnetRouteTableId',
    reason: 'Nothing is added to the route tables of an existing network.',
  });
  return {
    kind: 'existing',
    connectionLimit: database.connectionLimit,
    readerEndpoint: database.readerEndpoint,
    vpc,
    secret: Secret.fromSecretCompleteArn(place, 'Reader', database.secretArn),
    connections: new ec2.Connections({
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(place, 'SecurityGroup', database.securityGroupId)],
      defaultPort: ec2.Port.tcp(database.port),
    }),
  };
}
