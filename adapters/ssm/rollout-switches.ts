import { GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { rolloutFlags } from '../../core/domain/rollout-flags.ts';
import type { RolloutSwitches } from '../../core/ports/rollout-switches.ts';

/**
 * The rollout flags in their SSM parameter. Its version grows by one with every write.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
export function ssmRolloutSwitches(client: SSMClient, parameterName: string): RolloutSwitches {
  return {
    async read() {
      const { Parameter } = await client.send(new GetParameterCommand({ Name: parameterName }));
      return {
        flags: rolloutFlags.parse(JSON.parse(Parameter?.Value ?? '')),
        version: Parameter?.Version ?? 0,
        changedAt: Parameter?.LastModifiedDate?.getTime() ?? 0,
      };
    },
    async write(flags) {
      const Value = JSON.stringify(flags);
      const put = new PutParameterCommand({ Name: parameterName, Value, Overwrite: true });
      return (await client.send(put)).Version ?? 0;
    },
  };
}
