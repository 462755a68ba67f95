import type { Principal } from '../aws-endpoint/service.ts';
import type { TaskRunner } from '../ecs/task-runner.ts';
import { isSessionOf } from '../ecs/task-session.ts';
import type { LambdaHost } from '../lambda/lambda-host.ts';
import type { LocalPlan } from '../template/local-plan.ts';

/** What kill -9 does to a task, or to every thread of a function: which of them has made a call is not known. */
export function killProcesses(
  { functions }: Pick<LocalPlan, 'functions'>,
  hosts: { readonly functions: Pick<LambdaHost, 'kill'>; readonly tasks: Pick<TaskRunner, 'running' | 'kill'> },
): (caller: Principal) => void {
  return ({ roleArn, session }) => {
    if (session === undefined) {
      for (const { name } of functions.filter((each) => each.roleArn === roleArn)) void hosts.functions.kill(name);
      return;
    }
    const own = hosts.tasks.running().find(({ taskArn }) => isSessionOf(session, taskArn));
    if (own !== undefined) hosts.tasks.kill(own.taskArn, 'SIGKILL');
  };
}
