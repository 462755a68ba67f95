import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { parseStageConfig, readStage } from '../../lib/config.ts';

const valid = {
  poolCap: 20,
  accountCap: 5,
  userCap: 10,
  stepRetryIntervalSeconds: 30,
  retainData: true,
  logRetentionDays: 30,
  database: { kind: 'sample' },
  webUrl: 'https://reports.example.com',
  identity: {
    kind: 'oidc',
    issuer: 'https://id.example.com',
    audience: 'waybill',
    clientId: 'waybill-web',
    scope: 'openid',
    endpointOrigins: ['https://login.example.com'],
    memberships: 'stored',
  },
  webhooks: { allowPrivate: false },
  mail: { from: 'Waybill <reports@example.com>', identity: 'domain' },
  alarms: { emails: ['oncall@example.com'] },
  runbookUrl: 'https://wiki.example.com/runbook',
};

const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/0a1b';

const existing = {
  kind: 'existing',
  vpcId: 'vpc-1',
  availabilityZones: ['eu-central-1a'],
  subnetIds: ['subnet-1'],
  secretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:reader-AbCdEf',
  securityGroupId: 'sg-1',
  port: 5432,
};

describe('parseStageConfig', () => {
  it('accepts a stage with a sample database and one with an existing database', () => {
    expect(parseStageConfig('dev', valid)).toEqual(valid);
    expect(parseStageConfig('dev', { ...valid, database: existing }).database).toEqual(existing);
  });

  it.each([
    [{ poolCap: 0 }, 'stages.dev.poolCap is 0: it must be a whole number from 1 to 200'],
    [{ poolCap: 201 }, 'stages.dev.poolCap is 201: it must be a whole number from 1 to 200'],
    [{ accountCap: '5' }, 'stages.dev.accountCap is "5": it must be a whole number'],
    [{ userCap: undefined }, 'stages.dev.userCap is missing: it must be a whole number'],
    [{ retainData: 'yes' }, 'stages.dev.retainData is "yes": it must be true or false'],
    [{ logRetentionDays: 31 }, 'stages.dev.logRetentionDays is 31: it must be one of 1, 3, 5'],
    [{ database: { kind: 'mysql' } }, 'stages.dev.database is {"kind":"mysql"}: it must be { "kind": "sample" }'],
    [{ database: {} }, 'stages.dev.database is {}: it must be { "kind": "sample" }'],
    [{ database: { ...existing, subnetIds: [] } }, 'stages.dev.database.subnetIds is []: it must be a list'],
    [{ identity: { ...valid.identity, issuer: 'id' } }, 'stages.dev.identity.issuer is "id": it must be the URL'],
    [{ webUrl: 'https://a.example/' }, 'stages.dev.webUrl is "https://a.example/": it must be the URL'],
    [
      { identity: { ...valid.identity, clientId: undefined } },
      'stages.dev.identity.clientId is missing: it must be the id',
    ],
    [
      { identity: { ...valid.identity, endpointOrigins: ['https://a.example/oauth2'] } },
      'stages.dev.identity.endpointOrigins.0 is "https://a.example/oauth2": it must be a list of the origins',
    ],
    [{ certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/1' }, 'a certificate of ACM in us-east-1'],
    [{ certificateArn, webUrl: undefined }, 'stages.dev.webUrl is missing: it must be the URL'],
    [{ webUrl: 'reports' }, 'stages.dev.webUrl is "reports": it must be the URL'],
    [
      { identity: { ...valid.identity, memberships: 'ldap' } },
      'stages.dev.identity.memberships is "ldap": it must be "stored"',
    ],
    [{ mail: undefined }, 'stages.dev.mail is missing: it must say who mails come from: { "from": "Waybill <'],
    [{ mail: {} }, 'stages.dev.mail.from is missing: it must be the address mails come from'],
    [{ mail: { from: 'Waybill' } }, 'stages.dev.mail.from is "Waybill": it must be the address mails come from'],
    [{ mail: { from: 'Größe <a@example.com>' } }, 'mails come from, with or without a name in plain letters'],
    [{ mail: { from: 'A <a@example.com>\r\nBcc: b@example.com' } }, 'stages.dev.mail.from is "A <a@example.com>\\r\\n'],
    [{ mail: { from: 'a@example.com', identity: 'dns' } }, 'stages.dev.mail.identity is "dns": it must be "domain"'],
    [{ poolcap: 3 }, 'stages.dev has the unknown key "poolcap": remove it'],
  ])('says what is wrong with %j', (change, message) => {
    expect(() => parseStageConfig('dev', { ...valid, ...change })).toThrow(message);
  });

  it.each(['reports@example.com', "O'Neill & Co <no-reply+x@mail.example.com>"])('accepts %s as a sender', (from) => {
    expect(parseStageConfig('dev', { ...valid, mail: { from } }).mail).toEqual({ from, identity: 'domain' });
  });

  it('asks for a refresh token, and expects all endpoints at the issuer, unless it is told otherwise', () => {
    const { scope: _, endpointOrigins: __, ...identity } = valid.identity;
    expect(parseStageConfig('dev', { ...valid, identity }).identity).toEqual({
      ...identity,
      scope: 'openid email profile offline_access',
      endpointOrigins: [],
    });
  });

  it('accepts an own domain with its certificate, and neither', () => {
    expect(parseStageConfig('dev', { ...valid, certificateArn }).certificateArn).toBe(certificateArn);
    const { webUrl: _, ...without } = valid;
    expect(parseStageConfig('dev', without).webUrl).toBeUndefined();
  });

  it('names every mistake at once', () => {
    const parse = () => parseStageConfig('dev', { ...valid, poolCap: 0, retainData: 1 });
    expect(parse).toThrow(/poolCap.*\n.*retainData/);
  });
});

describe('readStage', () => {
  const stageOf = (context: Record<string, unknown>) => readStage(new App({ context }).node);

  it('is local when no stage is named', () => {
    expect(stageOf({ stages: { local: valid, dev: {} } })).toEqual({ stage: 'local', config: valid });
  });

  it('is the stage that is named', () => {
    expect(stageOf({ stage: 'dev', stages: { local: {}, dev: valid } }).stage).toBe('dev');
  });

  it('says which stages there are when there is none of that name', () => {
    const read = () => stageOf({ stage: 'prd', stages: { dev: valid, prod: valid } });
    expect(read).toThrow('There is no stage "prd" in cdk.json. Choose one with -c stage=NAME; there is: dev, prod.');
  });
});
