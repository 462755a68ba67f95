import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import { type Operations, operations, operationsParameter } from '../../core/contract/operations.ts';

/**
 * Where a stage's deployment is, in the account and region of the client.
 * @returns undefined when there is none
 */
export async function readOperations(client: SSMClient, stage: string): Promise<Operations | undefined> {
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: operationsParameter(stage) }));
    return operations.parse(JSON.parse(Parameter?.Value ?? ''));
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}
