// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of CloudFormation and IAM
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../temp-dir.ts';

type Resources = Record<string, { Type: string; Properties?: Record<string, unknown>; [other: string]: unknown }>;

/** The key under which {@link emptyAssembly} knows a folder of code. */
const CODE_KEY = 'code.zip';

/** A role with one policy of the given statements. */
export function role(id: string, statements: readonly object[]): Resources {
  return {
    [id]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }],
        },
      },
    },
    [`${id}Policy`]: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: `${id}Policy`,
        PolicyDocument: { Version: '2012-10-17', Statement: statements },
        Roles: [{ Ref: id }],
      },
    },
  };
}

/** A function with the given environment; its role is `<id>Role`. */
export function lambdaFunction(id: string, variables: Record<string, unknown>, more: object = {}): Resources {
  return {
    ...role(`${id}Role`, [{ Action: 'logs:PutLogEvents', Effect: 'Allow', Resource: '*' }]),
    [id]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: 'assets', S3Key: CODE_KEY },
        Environment: { Variables: variables },
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': [`${id}Role`, 'Arn'] },
        Runtime: 'nodejs24.x',
        ...more,
      },
    },
  };
}

/** A cloud assembly with nothing in it but the manifest of one folder of code. */
export async function emptyAssembly(): Promise<string> {
  const directory = await temporaryDirectory();
  mkdirSync(join(directory, 'asset.code'));
  const manifest = {
    files: { code: { source: { path: 'asset.code' }, destinations: { here: { objectKey: CODE_KEY } } } },
  };
  writeFileSync(join(directory, 'stack.assets.json'), JSON.stringify(manifest));
  return directory;
}
