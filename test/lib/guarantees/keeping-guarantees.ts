import { flatten, type Json } from '../synthesize.ts';
import { allOf, anyOf, functionIn, type Guarantee, type Synthesized } from './guarantee.ts';

/** What a stage keeps or not; a file without its key is none. */
function dataOf(stack: Synthesized): [id: string, resource: Json][] {
  const files = allOf(stack, 'AWS::S3::Bucket').filter(([id]) => id.startsWith('FileBucket'));
  return [...files, ...allOf(stack, 'AWS::DynamoDB::Table'), ...allOf(stack, 'AWS::KMS::Key')];
}

function databasesOf({ resources }: Synthesized): [id: string, resource: Json][] {
  return Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::RDS::DBCluster');
}

function keptByStage(stack: Synthesized): string[] {
  const { retainData } = stack.config;
  const wrongly = ([id, resource]: [string, Json], kept: string) =>
    ['DeletionPolicy', 'UpdateReplacePolicy']
      .filter((policy) => resource[policy] !== (retainData ? kept : 'Delete'))
      .map((policy) => `${id}: ${policy} is ${resource[policy]}`);
  const databases = databasesOf(stack);
  const protectable: [string, boolean][] = [
    ['the stack', stack.terminationProtection],
    ...allOf(stack, 'AWS::DynamoDB::Table').map(
      ([id, { Properties }]) => [id, Properties.DeletionProtectionEnabled] as [string, boolean],
    ),
    ...databases.map(([id, { Properties }]) => [id, Properties.DeletionProtection] as [string, boolean]),
  ];
  return [
    ...dataOf(stack).flatMap((resource) => wrongly(resource, 'Retain')),
    ...databases.flatMap((resource) => wrongly(resource, 'Snapshot')),
    ...protectable.filter(([, isProtected]) => isProtected !== retainData).map(([id]) => `${id}: wrongly protected`),
  ];
}

function logsEnd(stack: Synthesized): string[] {
  const { logRetentionDays } = stack.config;
  const groups = allOf(stack, 'AWS::Logs::LogGroup');
  const isOurs = (name: Json) => name !== undefined && groups.some(([id]) => flatten(name) === `<${id}>`);
  const containers = allOf(stack, 'AWS::ECS::TaskDefinition').flatMap(
    ([, { Properties }]) => Properties.ContainerDefinitions,
  );
  return [
    ...groups
      .filter(([, { Properties }]) => Properties.RetentionInDays !== logRetentionDays)
      .map(([id]) => `${id} keeps its lines otherwise`),
    // A group that the platform makes by itself keeps its lines for ever.
    ...allOf(stack, 'AWS::Lambda::Function')
      .filter(([, { Properties }]) => !isOurs(Properties.LoggingConfig?.LogGroup))
      .map(([id]) => `${id} has no group of its own`),
    ...containers
      .filter(({ LogConfiguration }) => !isOurs(LogConfiguration?.Options?.['awslogs-group']))
      .map(({ Name }) => `container ${Name} has no group of its own`),
  ];
}

/** Makes the one that is kept go, and the one that goes be kept. */
function turn(policy: 'DeletionPolicy' | 'UpdateReplacePolicy', type: string, prefix?: string) {
  return (stack: Synthesized) => {
    const resource = anyOf(stack, type, prefix);
    resource[policy] = resource[policy] === 'Delete' ? 'Retain' : 'Delete';
  };
}

export const keepingGuarantees: Guarantee[] = [
  {
    name: 'keeps its data, or goes with them, as its stage says',
    violations: keptByStage,
    twins: {
      'the table': turn('DeletionPolicy', 'AWS::DynamoDB::Table'),
      'the table, when it is replaced': turn('UpdateReplacePolicy', 'AWS::DynamoDB::Table'),
      'the files': turn('DeletionPolicy', 'AWS::S3::Bucket', 'FileBucket'),
      'the key of the files': turn('DeletionPolicy', 'AWS::KMS::Key'),
      'the protection of the table': (stack) => {
        const { Properties } = anyOf(stack, 'AWS::DynamoDB::Table');
        Properties.DeletionProtectionEnabled = !Properties.DeletionProtectionEnabled;
      },
      'the protection of the stack': (stack) => {
        stack.terminationProtection = !stack.terminationProtection;
      },
    },
  },
  {
    name: 'keeps every log as long as its stage says',
    violations: logsEnd,
    twins: {
      'a group keeps its lines for ever': (stack) => {
        delete anyOf(stack, 'AWS::Logs::LogGroup').Properties.RetentionInDays;
      },
      'a function logs where Lambda likes': (stack) => {
        delete functionIn(stack, 'get-me').Properties.LoggingConfig;
      },
      'the worker logs nowhere': (stack) => {
        delete anyOf(stack, 'AWS::ECS::TaskDefinition').Properties.ContainerDefinitions[0].LogConfiguration;
      },
    },
  },
];
