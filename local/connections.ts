import type { TaskRunner } from './ecs/task-runner.ts';
import { FunctionError } from './lambda/function-error.ts';
import type { LambdaHost } from './lambda/lambda-host.ts';
import type { Json } from './step-functions/json.ts';
import type { InvokeFunction, RunTask } from './step-functions/service-integrations.ts';

/** Lets state machines call functions; what a function throws reaches them under the error's own name. */
export function connectFunctions(functions: LambdaHost): InvokeFunction {
  return async ({ roleArn, functionArn, payload, signal }) => {
    try {
      const result = await functions.invoke({ caller: { roleArn }, functionArn, payload, signal });
      return result.payload as Json;
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      throw Object.assign(new Error(error.errorMessage, { cause: error }), { name: error.errorType });
    }
  };
}

/** Lets state machines run tasks. */
export function connectTasks(tasks: TaskRunner): RunTask {
  return ({ roleArn, cluster, taskDefinition, capacityProvider, overrides, signal }) =>
    tasks.runTask({
      caller: { roleArn },
      cluster,
      taskDefinition,
      capacityProvider,
      overrides: {
        containerOverrides: overrides.containerOverrides.map(({ name, environment }) => ({
          name,
          environment: Object.entries(environment).map(([variable, value]) => ({ name: variable, value })),
        })),
      },
      signal,
    });
}
