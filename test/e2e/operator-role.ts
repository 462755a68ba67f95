import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Template } from '../../local/template/template.ts';
import type { TestCloud } from './test-cloud.ts';

const PAGE = 'docs/operating.md';
const ROLE = 'OperatorOfThePage';

/** Adds a role that may do what docs/operating.md says that an operator may do, and nothing else. */
export function addOperator({ Resources }: Template): void {
  const [, policy] = /```json\n(\{\n {2}"Version"[\s\S]*?)```/.exec(readFileSync(PAGE, 'utf8')) ?? [];
  if (policy === undefined) throw new Error(`There is no policy in ${PAGE}.`);
  const only = (type: string, isMeant: (properties: Record<string, unknown>) => boolean = () => true) => {
    const found = Object.entries(Resources).find(([, { Type, Properties }]) => Type === type && isMeant(Properties));
    if (found === undefined) throw new Error(`There is no ${type}.`);
    return found[0];
  };
  const names = {
    REGION: 'AWS::Region',
    ACCOUNT: 'AWS::AccountId',
    TABLE: only('AWS::DynamoDB::Table'),
    BUCKET: only('AWS::S3::Bucket', ({ LifecycleConfiguration }) => LifecycleConfiguration !== undefined),
    FLAGS: only('AWS::SSM::Parameter', ({ Name }) => Name === undefined),
  };
  const { Version, Statement } = JSON.parse(policy) as { Version: string; Statement: Record<string, unknown>[] };
  const resolved = (text: string) => ({
    'Fn::Sub': text
      .replaceAll('STAGE', 'local')
      .replace(
        /\b(REGION|ACCOUNT|TABLE|BUCKET|FLAGS)\b/g,
        (placeholder) => `\${${names[placeholder as keyof typeof names]}}`,
      ),
  });
  const PolicyDocument = {
    Version,
    Statement: Statement.map((each) => ({
      ...each,
      Resource: [each.Resource].flat().map((one) => resolved(String(one))),
    })),
  };
  Resources[ROLE] = {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version,
        Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [{ PolicyName: 'Operator', PolicyDocument }],
    },
    Metadata: {},
  };
}

/** An address at which the command line learns of the cloud what it does at the cloud's own, but for who it is. */
export async function serveOperator(cloud: TestCloud): Promise<{ readonly url: string; stop(): void }> {
  const role = cloud.plan.roles.find(({ logicalId }) => logicalId === ROLE);
  if (role === undefined) throw new Error('The template has no operator.');
  const operatorEnvironment = cloud.environmentFor(role.arn);
  const server = createServer((_, response) => response.end(JSON.stringify({ ...cloud.info(), operatorEnvironment })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
}
