import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { LocalClock } from '../../../local/clock.ts';
import type { TaskDefinition } from '../../../local/ecs/task-definition.ts';
import {
  createTaskRunner,
  type RunTaskCall,
  type StoppedTask,
  type TaskRunner,
  type TaskRunnerOptions,
} from '../../../local/ecs/task-runner.ts';
import { temporaryDirectory } from '../temp-dir.ts';

/** The one that runs. */
export const definition: TaskDefinition = {
  arn: 'arn:aws:ecs:eu-central-1:000000000000:task-definition/worker:3',
  family: 'worker',
  containers: [{ name: 'worker', environment: { BUCKET: 'artifacts', MODE: 'large' }, command: ['run'] }],
  taskRoleArn: 'arn:aws:iam::000000000000:role/task',
  executionRoleArn: 'arn:aws:iam::000000000000:role/execution',
  cpuUnits: 2048,
  memoryMb: 4096,
};
export const cluster = 'arn:aws:ecs:eu-central-1:000000000000:cluster/waybill';
const caller = { roleArn: 'arn:aws:iam::000000000000:role/state-machine' };

interface Fixture {
  readonly runner: TaskRunner;
  readonly clock: LocalClock;
  run(call?: Partial<RunTaskCall>): Promise<StoppedTask>;
  /** Waits for a line of output and gives what follows `prefix` in it. */
  line(prefix: string): Promise<string>;
}

/** A runner whose tasks run this program; it is stopped with the test. */
export async function runnerOf(source: string, options: Partial<TaskRunnerOptions> = {}): Promise<Fixture> {
  const workerEntry = join(await temporaryDirectory(), 'worker.mjs');
  await writeFile(workerEntry, source);
  const clock = new LocalClock();
  const runner = createTaskRunner({
    taskDefinitions: [definition],
    workerEntry,
    environmentFor: (role) => ({ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: `key of ${role}` }),
    authorize: () => {},
    clock,
    log: () => {},
    stopTimeoutSeconds: 0.3,
    ...options,
  });
  onTestFinished(() => runner.stop());
  return {
    runner,
    clock,
    run: (call = {}) => runner.runTask({ caller, cluster, taskDefinition: 'worker', ...call }),
    line: (prefix) =>
      vi.waitFor(
        () => {
          const found = runner.logs('worker').find((line) => line.startsWith(prefix));
          if (found === undefined)
            throw new Error(`No line starts with ${prefix}: ${runner.logs('worker').join('\n')}`);
          return found.slice(prefix.length);
        },
        { timeout: 5000 },
      ),
  };
}
