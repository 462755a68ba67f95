// @module-tag stages-synthesize
// @module-tag user-pools
// @module-tag connection-limit

import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { parseStageConfig, readStages } from '../../lib/config/config.ts';

const valid = {
  poolCap: 20,
  accountCap: 5,
  userCap: 10,
  stepRetryIntervalSeconds: 30,
  partWorkers: 4,
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
  allowedOrigins: ['https://app.example.com', 'http://localhost:5173'],
  worker: { connections: 1 },
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
    expect(parseStageConfig('dev', { ...valid, database: existing }).database).toEqual({
      ...existing,
      connectionLimit: 40,
    });
  });

  it.each([
    [{ poolCap: 0 }, 'stages.dev.poolCap is 0: it must be a whole number from 1 to 200'],
    [{ partWorkers: 1 }, 'stages.dev.partWorkers is 1: it must be a whole number from 2 to 20'],
    [{ partitionAboveRows: 9_999 }, 'stages.dev.partitionAboveRows is 9999: it must be a whole number from 10000'],
    [{ poolCap: 201 }, 'stages.dev.poolCap is 201: it must be a whole number from 1 to 200'],
    [{ accountCap: '5' }, 'stages.dev.accountCap is "5": it must be a whole number'],
    [{ userCap: null }, 'stages.dev.userCap is null: it must be a whole number'],
    [{ retainData: 'yes' }, 'stages.dev.retainData is "yes": it must be true or false'],
    [{ logRetentionDays: 31 }, 'stages.dev.logRetentionDays is 31: it must be one of 1, 3, 5'],
    [{ database: { kind: 'mysql' } }, 'stages.dev.database is {"kind":"mysql"}: it must be { "kind": "sample" }'],
    [{ database: {} }, 'stages.dev.database is {}: it must be { "kind": "sample" }'],
    [{ database: { ...existing, subnetIds: [] } }, 'stages.dev.database.subnetIds is []: it must be a list'],
    [{ identity: { ...valid.identity, issuer: 'id' } }, 'stages.dev.identity.issuer is "id": it must be the URL'],
    [{ identity: { kind: 'saml' } }, 'stages.dev.identity is {"kind":"saml"}: it must be { "kind": "cognito", ... }'],
    [{ identity: { kind: 'cognito' } }, 'stages.dev.identity.mfa is missing: it must say whether people need'],
    [
      { identity: { kind: 'cognito', mfa: 'optional', domainPrefix: 'my-aws-exports' } },
      'stages.dev.identity.domainPrefix is "my-aws-exports": it must be what the address of the sign-in page begins',
    ],
    [
      { identity: { kind: 'cognito', mfa: 'optional', domainPrefix: 'Exports' } },
      'stages.dev.identity.domainPrefix is "Exports": it must be',
    ],
    [
      { identity: { kind: 'cognito', mfa: 'optional', memberships: 'claims' } },
      'stages.dev.identity.memberships is "claims": it must be "stored" or left out',
    ],
    [{ webUrl: 'https://a.example/' }, 'stages.dev.webUrl is "https://a.example/": it must be the URL'],
    [
      { identity: { ...valid.identity, clientId: undefined } },
      'stages.dev.identity.clientId is missing: it must be the id',
    ],
    [
      { identity: { ...valid.identity, endpointOrigins: ['https://a.example/oauth2'] } },
      'stages.dev.identity.endpointOrigins.0 is "https://a.example/oauth2": it must be a list of the origins',
    ],
    [
      { allowedOrigins: 'https://app.example' },
      'stages.dev.allowedOrigins is "https://app.example": it must be a list',
    ],
    ...[
      '*',
      'https://*.app.example',
      'https://app.example/',
      'https://App.example',
      'https://app.example:443',
      'null',
    ].map((origin): [object, string] => [
      { allowedOrigins: [origin] },
      `stages.dev.allowedOrigins.0 is "${origin}": it must be a list of the origins`,
    ]),
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
    [
      { poolCap: 20, worker: { connections: 3 } },
      'stages.dev.poolCap is 20: it must be at most 12: the database takes 40 connections, reservedConcurrency has 0, partWorkers 4, and each export 3',
    ],
    [{ worker: { connections: 0 } }, 'stages.dev.worker.connections is 0: it must be a whole number from 1 to 16'],
    [{ poolCap: 37 }, 'stages.dev.poolCap is 37: it must be at most 36: the database takes 40 connections'],
    [
      { poolCap: 20, reservedConcurrency: { createExport: 10, estimateExport: 6, listChoices: 5 } },
      'stages.dev.poolCap is 20: it must be at most 15: the database takes 40 connections, reservedConcurrency has 21, partWorkers 4, and each export 1',
    ],
    [{ database: { ...existing, connectionLimit: 10 }, poolCap: 7 }, 'stages.dev.poolCap is 7: it must be at most 6'],
    [
      { reservedConcurrency: { createExport: 0, estimateExport: 1, listChoices: 1 } },
      'stages.dev.reservedConcurrency.createExport is 0: it must be a whole number from 1 to 1000',
    ],
    [
      { database: { ...existing, readerEndpoint: '' } },
      'stages.dev.database.readerEndpoint is "": it must be the host name',
    ],
    [
      { worker: { nodeImage: 'node:24 alpine' } },
      'stages.dev.worker.nodeImage is "node:24 alpine": it must be an image',
    ],
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

  it('accepts a user pool, whose members are stored', () => {
    const identity = { kind: 'cognito', mfa: 'required' };
    expect(parseStageConfig('dev', { ...valid, identity }).identity).toEqual({ ...identity, memberships: 'stored' });
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

describe('readStages', () => {
  const stagesOf = (context: Record<string, unknown>) => readStages(new App({ context }).node);

  it('is local when no stage is named', () => {
    expect(stagesOf({ stages: { local: valid, dev: {} } })).toEqual([{ stage: 'local', config: valid }]);
  });

  it('is the stage that is named, or all of them', () => {
    const named = (stage: string) => stagesOf({ stage, stages: { dev: valid, prod: valid } }).map((one) => one.stage);
    expect(named('dev')).toEqual(['dev']);
    expect(named('all')).toEqual(['dev', 'prod']);
  });

  it('says which stages there are when there is none of that name', () => {
    const read = () => stagesOf({ stage: 'prd', stages: { dev: valid, prod: valid } });
    expect(read).toThrow('There is no stage "prd" in cdk.json. Choose one with -c stage=NAME; there is: dev, prod.');
  });
});
