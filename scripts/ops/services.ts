import { dynamoClient } from '../../adapters/dynamodb/client.ts';
import { createStores } from '../../adapters/dynamodb/stores.ts';
import { randomIds } from '../../adapters/ids.ts';
import { storedMemberships } from '../../adapters/memberships.ts';
import { fileClient } from '../../adapters/s3/client.ts';
import { s3FileStore } from '../../adapters/s3/file-store.ts';
import { parameterClient } from '../../adapters/ssm/client.ts';
import { ssmRolloutSwitches } from '../../adapters/ssm/rollout-switches.ts';
import { stepFunctionsClient } from '../../adapters/step-functions/client.ts';
import { stepFunctionsExecutions } from '../../adapters/step-functions/executions.ts';
import { catalog } from '../../reports/index.ts';
import type { Place } from '../place.ts';

export type Services = ReturnType<typeof openServices>;

/** What the use cases need, on a deployment. Flags are read anew each time: an operator wants them as they are. */
export function openServices(place: Place) {
  const {
    exports: store,
    admissions,
    memberships,
  } = createStores({
    client: dynamoClient(),
    tableName: place.tableName,
  });
  const switches = ssmRolloutSwitches(parameterClient(), place.flagsParameter);
  return {
    catalog,
    store,
    admissions,
    // Where tokens say who is a member, the records hold what they said last.
    memberships: storedMemberships(memberships),
    executions: stepFunctionsExecutions(stepFunctionsClient(), place.stateMachineArn),
    files: s3FileStore({ client: fileClient(), bucket: place.bucketName }),
    switches,
    rollout: { flags: async () => (await switches.read()).flags },
    clock: place.clock,
    ids: randomIds,
    caps: { pool: place.poolCap, account: place.accountCap },
    activeLimit: place.userCap,
  };
}
