import { alphanumericId, arn, globalArn, hexId, nameOf, REGION, uuidId } from './physical-ids.ts';

/** Addresses of the local cloud's own servers, for the attributes that name a server. */
export interface LocalEndpoints {
  /** What an HTTP API answers on, e.g. `http://127.0.0.1:4000`. */
  readonly httpApi?: string;
  readonly database?: { readonly host: string; readonly port: number };
}

/** A resource as the table below sees it. */
export interface Referable {
  readonly logicalId: string;
  readonly endpoints: LocalEndpoints;
  /** A property that names the resource, resolved; undefined when it is not set. */
  text(property: string): string | undefined;
}

type Value = (resource: Referable) => string;

/** What `Ref` and `Fn::GetAtt` give for one type. */
export interface ReferableType {
  readonly ref: Value;
  readonly attributes: Readonly<Record<string, Value>>;
}

/** Thrown when an attribute names a server whose local address was not supplied. */
export class MissingEndpointError extends Error {}

/** A type whose `Ref` is its name, which is the property's value or else made from the logical id. */
function named(property: string, maxLength: number, attributes: (name: Value) => Record<string, Value>): ReferableType {
  const name: Value = (resource) => resource.text(property) ?? nameOf(resource.logicalId, maxLength);
  return { ref: name, attributes: attributes(name) };
}

/** A type whose `Ref` is an id such as `vpc-0123456789abcdef0`. */
function identified(prefix: string, idAttribute?: string, attributes: Record<string, Value> = {}): ReferableType {
  const id: Value = ({ logicalId }) => `${prefix}-${hexId(logicalId, 17)}`;
  return { ref: id, attributes: idAttribute ? { [idAttribute]: id, ...attributes } : attributes };
}

function endpoint<Key extends keyof LocalEndpoints>(
  key: Key,
): (resource: Referable) => NonNullable<LocalEndpoints[Key]> {
  return ({ endpoints }) => {
    const value = endpoints[key];
    if (value === undefined) throw new MissingEndpointError(`the local address of "${key}" was not supplied`);
    return value as NonNullable<LocalEndpoints[Key]>;
  };
}

const bucket = (resource: Referable) => resource.text('BucketName') ?? nameOf(resource.logicalId.toLowerCase(), 63);
const distributionId: Value = ({ logicalId }) => `E${alphanumericId(logicalId, 13).toUpperCase()}`;
const functionArn: Value = (resource) =>
  globalArn('cloudfront', `function/${resource.text('Name') ?? nameOf(resource.logicalId, 64)}`);
const policyId: Value = ({ logicalId }) => uuidId(logicalId);
const secretArn = (resource: Referable) => {
  const name = resource.text('Name') ?? nameOf(resource.logicalId, 256);
  // Six characters after the name, as Secrets Manager appends them.
  return arn('secretsmanager', `secret:${name}-${hexId(name, 6)}`);
};
const stateMachine: ReferableType = named('StateMachineName', 80, () => ({}));
const stateMachineArn: Value = (resource) => arn('states', `stateMachine:${stateMachine.ref(resource)}`);
const taskDefinition: Value = (resource) =>
  arn('ecs', `task-definition/${resource.text('Family') ?? nameOf(resource.logicalId, 255)}:1`);
const table = named('TableName', 255, (name) => ({ Arn: (resource) => arn('dynamodb', `table/${name(resource)}`) }));
const topicArn: Value = (resource) => arn('sns', resource.text('TopicName') ?? nameOf(resource.logicalId, 256));
const rolePath = (resource: Referable) => resource.text('Path') ?? '/';
const apiId: Value = ({ logicalId }) => alphanumericId(logicalId, 10);
const shortId: Value = ({ logicalId }) => alphanumericId(logicalId, 7);
const host: Value = (resource) => endpoint('database')(resource).host;
const port: Value = (resource) => String(endpoint('database')(resource).port);

/**
 * Every type that another resource may refer to, with the physical ids and ARN formats of AWS. What is not here stops
 * start-up: a made-up value would pass through environments and policies unseen.
 */
export const referableTypes: Readonly<Record<string, ReferableType>> = {
  'AWS::ApiGatewayV2::Api': { ref: apiId, attributes: { ApiEndpoint: endpoint('httpApi'), ApiId: apiId } },
  'AWS::ApiGatewayV2::Authorizer': { ref: shortId, attributes: { AuthorizerId: shortId } },
  'AWS::ApiGatewayV2::Integration': { ref: shortId, attributes: { IntegrationId: shortId } },
  'AWS::ApiGatewayV2::Route': { ref: shortId, attributes: { RouteId: shortId } },
  'AWS::ApiGatewayV2::Stage': named('StageName', 128, () => ({})),
  'AWS::CloudFront::Distribution': {
    ref: distributionId,
    attributes: {
      Arn: (resource) => globalArn('cloudfront', `distribution/${distributionId(resource)}`),
      DomainName: ({ logicalId }) => `d${alphanumericId(logicalId, 13)}.cloudfront.net`,
      Id: distributionId,
    },
  },
  'AWS::CloudFront::Function': { ref: functionArn, attributes: { FunctionARN: functionArn } },
  'AWS::CloudFront::OriginAccessControl': { ref: distributionId, attributes: { Id: distributionId } },
  'AWS::CloudFront::ResponseHeadersPolicy': { ref: policyId, attributes: { Id: policyId } },
  'AWS::CloudWatch::Alarm': named('AlarmName', 255, (name) => ({ Arn: (r) => arn('cloudwatch', `alarm:${name(r)}`) })),
  'AWS::CloudWatch::Dashboard': named('DashboardName', 255, () => ({})),
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::EC2::EIP': identified('eipalloc', 'AllocationId'),
  'AWS::EC2::InternetGateway': identified('igw', 'InternetGatewayId'),
  'AWS::EC2::NatGateway': identified('nat', 'NatGatewayId'),
  'AWS::EC2::RouteTable': identified('rtb', 'RouteTableId'),
  'AWS::EC2::SecurityGroup': identified('sg', 'GroupId'),
  'AWS::EC2::Subnet': identified('subnet', 'SubnetId', {
    AvailabilityZone: (resource) => resource.text('AvailabilityZone') ?? `${REGION}a`,
  }),
  'AWS::EC2::VPC': identified('vpc', 'VpcId', {
    CidrBlock: (resource) => resource.text('CidrBlock') ?? '10.0.0.0/16',
    DefaultSecurityGroup: ({ logicalId }) => `sg-${hexId(`${logicalId}.DefaultSecurityGroup`, 17)}`,
  }),
  'AWS::EC2::VPCEndpoint': identified('vpce', 'Id'),
  'AWS::ECR::Repository': named('RepositoryName', 256, (name) => ({ Arn: (r) => arn('ecr', `repository/${name(r)}`) })),
  'AWS::ECS::Cluster': named('ClusterName', 255, (name) => ({ Arn: (r) => arn('ecs', `cluster/${name(r)}`) })),
  'AWS::ECS::TaskDefinition': { ref: taskDefinition, attributes: { TaskDefinitionArn: taskDefinition } },
  'AWS::Events::Rule': named('Name', 64, (name) => ({ Arn: (r) => arn('events', `rule/${name(r)}`) })),
  'AWS::IAM::ManagedPolicy': {
    ref: (r) => globalArn('iam', `policy${rolePath(r)}${r.text('ManagedPolicyName') ?? nameOf(r.logicalId, 128)}`),
    attributes: {},
  },
  'AWS::IAM::Role': named('RoleName', 64, (name) => ({
    Arn: (resource) => globalArn('iam', `role${rolePath(resource)}${name(resource)}`),
    RoleId: ({ logicalId }) => `AROA${hexId(logicalId, 17).toUpperCase()}`,
  })),
  'AWS::KMS::Alias': { ref: (resource) => resource.text('AliasName') ?? '', attributes: {} },
  'AWS::KMS::Key': {
    ref: ({ logicalId }) => uuidId(logicalId),
    attributes: {
      Arn: ({ logicalId }) => arn('kms', `key/${uuidId(logicalId)}`),
      KeyId: ({ logicalId }) => uuidId(logicalId),
    },
  },
  'AWS::Lambda::Function': named('FunctionName', 64, (name) => ({ Arn: (r) => arn('lambda', `function:${name(r)}`) })),
  'AWS::Lambda::LayerVersion': { ref: (r) => arn('lambda', `layer:${nameOf(r.logicalId, 64)}:1`), attributes: {} },
  'AWS::Logs::LogGroup': named('LogGroupName', 512, (name) => ({ Arn: (r) => arn('logs', `log-group:${name(r)}:*`) })),
  'AWS::RDS::DBCluster': named('DBClusterIdentifier', 63, (name) => ({
    DBClusterArn: (resource) => arn('rds', `cluster:${name(resource)}`),
    DBClusterResourceId: ({ logicalId }) => `cluster-${hexId(logicalId, 26).toUpperCase()}`,
    'Endpoint.Address': host,
    'Endpoint.Port': port,
    'ReadEndpoint.Address': host,
  })),
  'AWS::RDS::DBInstance': named('DBInstanceIdentifier', 63, (name) => ({
    DBInstanceArn: (resource) => arn('rds', `db:${name(resource)}`),
    'Endpoint.Address': host,
    'Endpoint.Port': port,
  })),
  'AWS::RDS::DBClusterParameterGroup': named('DBClusterParameterGroupName', 255, () => ({})),
  'AWS::RDS::DBParameterGroup': named('DBParameterGroupName', 255, () => ({})),
  'AWS::RDS::DBSubnetGroup': named('DBSubnetGroupName', 255, () => ({})),
  'AWS::S3::Bucket': {
    ref: bucket,
    attributes: {
      Arn: (resource) => `arn:aws:s3:::${bucket(resource)}`,
      RegionalDomainName: (resource) => `${bucket(resource)}.s3.${REGION}.amazonaws.com`,
    },
  },
  'AWS::SES::ConfigurationSet': named('Name', 64, () => ({})),
  'AWS::SES::EmailIdentity': { ref: (resource) => resource.text('EmailIdentity') ?? '', attributes: {} },
  'AWS::SNS::Topic': { ref: topicArn, attributes: { TopicArn: topicArn } },
  'AWS::SSM::Parameter': named('Name', 2048, () => ({ Value: (resource) => resource.text('Value') ?? '' })),
  'AWS::SecretsManager::Secret': { ref: secretArn, attributes: { Id: secretArn } },
  'AWS::SecretsManager::SecretTargetAttachment': { ref: (resource) => resource.text('SecretId') ?? '', attributes: {} },
  'AWS::StepFunctions::StateMachine': {
    ref: stateMachineArn,
    attributes: { Arn: stateMachineArn, Name: stateMachine.ref },
  },
};
