import { describe, expect, it } from 'vitest';
import { flatten, functionOf, type Json, onlyResource, resourcesOf, synthesize } from './synthesize.ts';

const template = synthesize();

describe('the keys of links', () => {
  const schedule = onlyResource(template, 'AWS::SecretsManager::RotationSchedule');

  it('are random, and replaced every 30 days, never by a deployment', () => {
    const { Properties } = schedule;
    expect(Properties.RotationRules).toEqual({ ScheduleExpression: 'rate(30 days)' });
    expect(Properties.RotateImmediatelyOnUpdate).toBe(false);
    const secret = resourcesOf(template, 'AWS::SecretsManager::Secret')[Properties.SecretId.Ref];
    expect(secret.Properties.GenerateSecretString).toEqual({ ExcludePunctuation: true, PasswordLength: 64 });
  });

  it('are replaced by their function, which Secrets Manager of this account alone may call', () => {
    const [functionId] = schedule.Properties.RotationLambdaARN['Fn::GetAtt'];
    const functions = resourcesOf(template, 'AWS::Lambda::Function');
    expect(functions[functionId]).toEqual(functionOf(template, 'rotate-link-key'));
    const permissions = Object.entries<Json>(resourcesOf(template, 'AWS::Lambda::Permission')).filter(
      ([, { Properties }]) => Properties.FunctionName['Fn::GetAtt'][0] === functionId,
    );
    expect(permissions.map(([, { Properties }]) => [Properties.Principal, flatten(Properties.SourceAccount)])).toEqual([
      ['secretsmanager.amazonaws.com', '<AWS::AccountId>'],
    ]);
    // The schedule is tried as soon as it is there.
    expect(schedule.DependsOn).toEqual(expect.arrayContaining([functionId, permissions[0]?.[0]]));
  });
});

describe('the address of the report center', () => {
  it('is that of the configuration, which a deployment can replace', () => {
    const { WebUrl } = template.toJSON().Parameters;
    expect(WebUrl).toMatchObject({ Type: 'String', Default: 'http://127.0.0.1:4000' });
  });
});
