import { GetParameterCommand, ParameterNotFound, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { readOperations } from '../../../adapters/ssm/operations.ts';
import { ssmRolloutSwitches } from '../../../adapters/ssm/rollout-switches.ts';
import { T0 } from '../../support/exports.ts';

const mock = mockClient(SSMClient);
beforeEach(() => mock.reset());
afterAll(() => mock.restore());
const client = new SSMClient({});
const flags = { acceptExports: true, runWorkers: false, allowDownloads: true };

test('flags come with their version and time, and are written over what is there', async () => {
  const Parameter = { Value: JSON.stringify(flags), Version: 7, LastModifiedDate: new Date(T0) };
  mock.on(GetParameterCommand, { Name: 'flags' }).resolves({ Parameter });
  mock.on(PutParameterCommand).resolves({ Version: 8 });
  const switches = ssmRolloutSwitches(client, 'flags');
  expect(await switches.read()).toEqual({ flags, version: 7, changedAt: T0 });
  expect(await switches.write(flags)).toBe(8);
  expect(mock.commandCalls(PutParameterCommand)[0]?.args[0].input).toEqual({
    ...{ Name: 'flags', Value: JSON.stringify(flags), Overwrite: true },
  });
});

test('flags that are no flags are refused', async () => {
  mock.on(GetParameterCommand).resolves({ Parameter: { Value: '{"runWorkers":"no"}', Version: 7 } });
  await expect(ssmRolloutSwitches(client, 'flags').read()).rejects.toThrow();
});

test('a stage that is not there is told from one that cannot be read', async () => {
  mock.on(GetParameterCommand).rejectsOnce(new ParameterNotFound({ message: '', $metadata: {} }));
  expect(await readOperations(client, 'absent')).toBeUndefined();
  mock.on(GetParameterCommand).rejects(new Error('denied'));
  await expect(readOperations(client, 'dev')).rejects.toThrow('denied');
});
