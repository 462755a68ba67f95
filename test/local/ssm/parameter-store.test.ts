import { GetParameterCommand, GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, onTestFinished, test } from 'vitest';
import { LocalClock } from '../../../local/clock.ts';
import { createParameterStore } from '../../../local/ssm/parameter-store.ts';
import type { ParameterPlan } from '../../../local/template/plan/parameters.ts';
import { serveAws } from '../aws-cloud.ts';
import { temporaryDirectory } from '../temp-dir.ts';

const flags: ParameterPlan = {
  logicalId: 'Flags',
  name: '/waybill/flags',
  arn: 'arn:aws:ssm:us-east-1:000000000000:parameter/waybill/flags',
  type: 'String',
  value: 'from the template',
};
const onFlags = [{ Effect: 'Allow', Action: 'ssm:*', Resource: flags.arn }];

async function startClient(stateDirectory: string, parameters: readonly ParameterPlan[] = [flags]) {
  const clock = new LocalClock();
  const service = createParameterStore({ parameters, stateDirectory, clock });
  const { asRole, asOperator } = await serveAws([service], onFlags, clock);
  const [client, operator] = [new SSMClient(asRole), new SSMClient(asOperator)];
  onTestFinished(() => {
    client.destroy();
    operator.destroy();
  });
  return { client, operator };
}

const get = async (client: SSMClient, Name = flags.name) =>
  (await client.send(new GetParameterCommand({ Name }))).Parameter;
const put = (client: SSMClient, Value: string, Overwrite = true) =>
  client.send(new PutParameterCommand({ Name: flags.name, Value, Overwrite }));

test('a parameter has the value of the template, by name and by ARN', async () => {
  const { client } = await startClient(await temporaryDirectory());
  const expected = { Name: flags.name, ARN: flags.arn, Type: 'String', Value: flags.value, Version: 1 };
  expect(await get(client)).toMatchObject({ ...expected, LastModifiedDate: expect.any(Date) });
  expect(await get(client, flags.arn)).toMatchObject(expected);
});

test('a written value outlives a restart, until the template has another', async () => {
  const directory = await temporaryDirectory();
  const { client } = await startClient(directory);
  expect(await put(client, 'written')).toMatchObject({ Version: 2 });
  expect(await get(client)).toMatchObject({ Value: 'written', Version: 2 });
  const restarted = await startClient(directory);
  expect(await get(restarted.client)).toMatchObject({ Value: 'written', Version: 2 });
  const changed = await startClient(directory, [{ ...flags, value: 'newer' }]);
  expect(await get(changed.client)).toMatchObject({ Value: 'newer', Version: 3 });
});

test('an existing value is only replaced when asked to', async () => {
  const { client } = await startClient(await temporaryDirectory());
  await expect(put(client, 'x', false)).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
  expect(await get(client)).toMatchObject({ Value: flags.value });
});

test('several at once, naming those that are not there', async () => {
  const { operator } = await startClient(await temporaryDirectory());
  const answer = await operator.send(new GetParametersCommand({ Names: [flags.name, 'other'] }));
  expect(answer.Parameters?.map(({ Value }) => Value)).toEqual([flags.value]);
  expect(answer.InvalidParameters).toEqual(['other']);
  await expect(get(operator, 'other')).rejects.toMatchObject({ name: 'ParameterNotFound' });
});

test('what the role was not granted is denied', async () => {
  const { client } = await startClient(await temporaryDirectory());
  const Names = [flags.name, '/waybill/other'];
  await expect(client.send(new GetParametersCommand({ Names }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('parameter/waybill/other'),
  });
});
