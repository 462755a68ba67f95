/** A host of one task in a process of its own, so that a test can kill the host. Arguments: the worker's entry. */
import { LocalClock } from '../../../local/clock.ts';
import { createTaskRunner } from '../../../local/ecs/task-runner.ts';

const runner = createTaskRunner({
  taskDefinitions: [
    {
      arn: 'arn:aws:ecs:eu-central-1:000000000000:task-definition/worker:1',
      family: 'worker',
      containers: [{ name: 'worker', environment: {} }],
      taskRoleArn: 'arn:aws:iam::000000000000:role/task',
      cpuUnits: 1024,
      memoryMb: 2048,
    },
  ],
  workerEntry: process.argv[2] ?? '',
  environmentFor: () => ({}),
  authorize: () => {},
  clock: new LocalClock(),
  log: (_, line) => console.log(line),
});
await runner.runTask({ caller: { roleArn: 'caller' }, cluster: 'waybill', taskDefinition: 'worker' });
