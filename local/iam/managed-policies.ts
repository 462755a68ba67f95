import type { PolicyStatement } from './policy-document.ts';

const WRITE_LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const MANAGE_NETWORK_INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];
const PULL_IMAGES = [
  'ecr:GetAuthorizationToken',
  'ecr:BatchCheckLayerAvailability',
  'ecr:GetDownloadUrlForLayer',
  'ecr:BatchGetImage',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
];

/** What the policies that AWS keeps allow, on every resource, by the ARN's part after `policy/`. */
const allowedActions: Readonly<Record<string, readonly string[]>> = {
  'service-role/AWSLambdaBasicExecutionRole': WRITE_LOGS,
  'service-role/AWSLambdaVPCAccessExecutionRole': [...WRITE_LOGS, ...MANAGE_NETWORK_INTERFACES],
  'service-role/AmazonECSTaskExecutionRolePolicy': PULL_IMAGES,
};

/** The statement of a policy that AWS keeps (`arn:aws:iam::aws:policy/...`); undefined for one that is not known. */
export function managedPolicy(arn: string): PolicyStatement | undefined {
  const name = arn.replace('arn:aws:iam::aws:policy/', '');
  const actions = allowedActions[name];
  if (!actions) return undefined;
  return {
    source: name,
    effect: 'Allow',
    actions: { not: false, patterns: actions },
    resources: { not: false, patterns: ['*'] },
    conditions: [],
  };
}
