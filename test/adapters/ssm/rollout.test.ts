import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { ssmRollout } from '../../../adapters/ssm/rollout.ts';

const service = mockClient(SSMClient);
afterAll(() => service.restore());
const clock = { time: 0, now: () => clock.time };
const parameter = (flags: object) => ({ Parameter: { Value: JSON.stringify(flags) } });
const open = { acceptExports: true, runWorkers: true, allowDownloads: true };

beforeEach(() => {
  service.reset();
  clock.time = 1_000_000;
});

test('a change is seen within ten seconds, and the parameter is not read for every call', async () => {
  const rollout = ssmRollout(new SSMClient({}), '/waybill/flags', clock);
  service.on(GetParameterCommand).resolves(parameter(open));
  expect(await rollout.flags()).toEqual(open);
  service.on(GetParameterCommand).resolves(parameter({ ...open, runWorkers: false }));
  clock.time += 9_999;
  expect((await rollout.flags()).runWorkers).toBe(true);
  expect(service.calls()).toHaveLength(1);
  clock.time += 1;
  expect((await rollout.flags()).runWorkers).toBe(false);
});

test.each([
  ['no JSON', 'on'],
  ['a switch missing', JSON.stringify({ acceptExports: true })],
  ['a switch that is no boolean', JSON.stringify({ ...open, runWorkers: 'no' })],
])('a parameter that cannot be read is an error, never a guess: %s', async (_, Value) => {
  service.on(GetParameterCommand).resolves({ Parameter: { Value } });
  await expect(ssmRollout(new SSMClient({}), '/waybill/flags', clock).flags()).rejects.toThrow();
});
