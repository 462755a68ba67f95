/** The parts of the plan by which the local services are started. */
export type PlanKey =
  | 'tables'
  | 'buckets'
  | 'bucketPolicies'
  | 'bucketDeployments'
  | 'functions'
  | 'stateMachines'
  | 'taskDefinitions'
  | 'clusters'
  | 'roles'
  | 'policies'
  | 'apis'
  | 'stages'
  | 'routes'
  | 'integrations'
  | 'authorizers'
  | 'distributions'
  | 'viewerFunctions'
  | 'responseHeaders'
  | 'rules'
  | 'secrets'
  | 'secretAttachments'
  | 'secretRotations'
  | 'parameters'
  | 'databases'
  | 'emailIdentities'
  | 'configurationSets'
  | 'eventDestinations'
  | 'alarms'
  | 'dashboards';

/** What becomes of a resource: it is planned, or it is left out for a reason. */
export type Treatment = { readonly plan: PlanKey } | { readonly ignored: string };

const network: Treatment = { ignored: 'everything local talks over the loopback interface' };
const logs: Treatment = { ignored: 'logs go to the terminal' };
const notification: Treatment = { ignored: 'nobody is told of local alarms' };
const deployment: Treatment = { ignored: 'it acts only when a stack is deployed or deleted' };
const encryption: Treatment = { ignored: 'nothing is encrypted here; S3 itself asks for the permissions on a key' };
const databaseSettings: Treatment = { ignored: 'the local database has its own settings' };

/** Every resource type a template may contain. A type that is not here stops start-up. */
export const resourceTypes: Readonly<Record<string, Treatment>> = {
  'AWS::ApiGatewayV2::Api': { plan: 'apis' },
  'AWS::ApiGatewayV2::Authorizer': { plan: 'authorizers' },
  'AWS::ApiGatewayV2::Integration': { plan: 'integrations' },
  'AWS::ApiGatewayV2::Route': { plan: 'routes' },
  'AWS::ApiGatewayV2::Stage': { plan: 'stages' },
  'AWS::CDK::Metadata': deployment,
  'AWS::CloudFront::Distribution': { plan: 'distributions' },
  'AWS::CloudFront::Function': { plan: 'viewerFunctions' },
  'AWS::CloudFront::OriginAccessControl': { ignored: 'the local distribution reads its bucket without a signature' },
  'AWS::CloudFront::ResponseHeadersPolicy': { plan: 'responseHeaders' },
  'AWS::CloudWatch::Alarm': { plan: 'alarms' },
  'AWS::CloudWatch::Dashboard': { plan: 'dashboards' },
  'AWS::DynamoDB::GlobalTable': { plan: 'tables' },
  'AWS::DynamoDB::Table': { plan: 'tables' },
  'AWS::EC2::EIP': network,
  'AWS::EC2::FlowLog': network,
  'AWS::EC2::InternetGateway': network,
  'AWS::EC2::NatGateway': network,
  'AWS::EC2::Route': network,
  'AWS::EC2::RouteTable': network,
  'AWS::EC2::SecurityGroup': network,
  'AWS::EC2::SecurityGroupEgress': network,
  'AWS::EC2::SecurityGroupIngress': network,
  'AWS::EC2::Subnet': network,
  'AWS::EC2::SubnetRouteTableAssociation': network,
  'AWS::EC2::VPC': network,
  'AWS::EC2::VPCEndpoint': network,
  'AWS::EC2::VPCGatewayAttachment': network,
  'AWS::ECR::Repository': { ignored: 'the worker runs from its source, not from an image' },
  'AWS::ECS::Cluster': { plan: 'clusters' },
  'AWS::ECS::ClusterCapacityProviderAssociations': { ignored: 'which provider a task runs on is what its state says' },
  'AWS::ECS::TaskDefinition': { plan: 'taskDefinitions' },
  'AWS::Events::Rule': { plan: 'rules' },
  'AWS::IAM::ManagedPolicy': { plan: 'policies' },
  'AWS::IAM::Policy': { plan: 'policies' },
  'AWS::IAM::Role': { plan: 'roles' },
  'AWS::KMS::Alias': encryption,
  'AWS::KMS::Key': encryption,
  'AWS::Lambda::EventInvokeConfig': { ignored: 'the local bus has its own, shorter retries' },
  'AWS::Lambda::Function': { plan: 'functions' },
  'AWS::Lambda::LayerVersion': deployment,
  'AWS::Lambda::Permission': { ignored: 'who may invoke a function is who the template wires to it' },
  'AWS::Logs::LogGroup': logs,
  'AWS::Logs::MetricFilter': logs,
  'AWS::Logs::ResourcePolicy': logs,
  'AWS::RDS::DBCluster': { plan: 'databases' },
  'AWS::RDS::DBClusterParameterGroup': databaseSettings,
  'AWS::RDS::DBInstance': { plan: 'databases' },
  'AWS::RDS::DBParameterGroup': databaseSettings,
  'AWS::RDS::DBSubnetGroup': network,
  'AWS::S3::Bucket': { plan: 'buckets' },
  'AWS::S3::BucketPolicy': { plan: 'bucketPolicies' },
  'AWS::SES::ConfigurationSet': { plan: 'configurationSets' },
  'AWS::SES::ConfigurationSetEventDestination': { plan: 'eventDestinations' },
  'AWS::SES::EmailIdentity': { plan: 'emailIdentities' },
  'AWS::SNS::Subscription': notification,
  'AWS::SNS::Topic': notification,
  'AWS::SNS::TopicPolicy': notification,
  'AWS::SSM::Parameter': { plan: 'parameters' },
  'AWS::SecretsManager::RotationSchedule': { plan: 'secretRotations' },
  'AWS::SecretsManager::Secret': { plan: 'secrets' },
  'AWS::SecretsManager::SecretTargetAttachment': { plan: 'secretAttachments' },
  'AWS::StepFunctions::StateMachine': { plan: 'stateMachines' },
  'Custom::CDKBucketDeployment': { plan: 'bucketDeployments' },
  'Custom::S3AutoDeleteObjects': deployment,
  'Custom::VpcRestrictDefaultSG': network,
};
