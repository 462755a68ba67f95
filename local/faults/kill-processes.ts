import type { TaskRunner } from '../ecs/task-runner.ts';
import type { LambdaHost } from '../lambda/lambda-host.ts';
import type { LocalPlan } from '../template/local-plan.ts';

/** Ends every thread of a function, and every task, that acts as a role: what kill -9 does to each of them. */
export function killProcesses(
  { functions, taskDefinitions }: Pick<LocalPlan, 'functions' | 'taskDefinitions'>,
  hosts: { readonly functions: Pick<LambdaHost, 'kill'>; readonly tasks: Pick<TaskRunner, 'running' | 'kill'> },
): (roleArn: string) => void {
  return (roleArn) => {
    for (const { name } of functions.filter((each) => each.roleArn === roleArn)) void hosts.functions.kill(name);
    const definitions = taskDefinitions.filter(({ taskRoleArn }) => taskRoleArn === roleArn).map(({ arn }) => arn);
    for (const { taskArn, taskDefinitionArn } of hosts.tasks.running()) {
      if (definitions.includes(taskDefinitionArn)) hosts.tasks.kill(taskArn, 'SIGKILL');
    }
  };
}
