// @module-tag local-service-metrics

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { TaskRunnerOptions } from '../../../local/ecs/task-runner.ts';
import { isSessionOf, jobOf } from '../../../local/ecs/task-session.ts';
import { killProcesses } from '../../../local/faults/kill-processes.ts';
import { PATIENCE } from '../../support/patience.ts';
import { temporaryDirectory } from '../temp-dir.ts';
import { isAlive } from './process-alive.ts';
import { definition, runnerOf } from './task-runner-fixture.ts';

describe('a task', () => {
  test('runs to its end and reports it', async () => {
    const { run, runner } = await runnerOf('process.exit(3)');
    expect(await run()).toMatchObject({
      taskArn: expect.stringMatching(/^arn:aws:ecs:eu-central-1:000000000000:task\/waybill\/[0-9a-f]{32}$/),
      taskDefinitionArn: definition.arn,
      exitCode: 3,
      stopCode: 'EssentialContainerExited',
      startedAt: expect.any(Date),
      stoppedAt: expect.any(Date),
    });
    expect(runner.running()).toEqual([]);
  });

  test('ends by itself when its work is done', async () => {
    const { run } = await runnerOf(`setTimeout(() => console.log('worked'), 10)`);
    expect(await run()).toMatchObject({ exitCode: 0 });
  });

  test('is measured while it runs, and at its end', async () => {
    const measured: Record<string, number[]> = {};
    const measure: TaskRunnerOptions['measure'] = ({ namespace, name, dimensions }, value) => {
      if (namespace === 'ECS/ContainerInsights' && name !== 'TaskCount' && !dimensions.TaskDefinitionFamily) return;
      const key = `${name} ${Object.values(dimensions).join(' ')}`;
      measured[key] = [...(measured[key] ?? []), value];
    };
    // 40 MB that are given back before the end: what counts is the peak.
    const work = `let held = Buffer.alloc(40e6, 1); setInterval(() => {}, 1000);
      process.on('SIGTERM', () => { held = undefined; process.exit(0); }); console.log('holds');`;
    const { run, runner, line } = await runnerOf(work, { measure });
    const stopping = new AbortController();
    const ended = run({ signal: stopping.signal });
    await line('holds');
    runner.sample();
    stopping.abort();
    expect(await ended).toMatchObject({ exitCode: 0 });
    runner.sample();
    const [now = 0, atTheEnd = 0] = measured['MemoryUtilized waybill worker'] ?? [];
    expect(now).toBeGreaterThan(60);
    expect(now).toBeLessThan(400);
    expect(atTheEnd).toBeGreaterThan(60);
    expect(measured['MemoryReserved waybill worker']).toEqual([4096, 4096]);
    expect(measured['CpuUtilized waybill worker']?.[0]).toBeGreaterThan(0);
    expect(measured['TaskCount waybill']).toEqual([1, 1]);
    // As it starts, as it runs, when it has gone.
    expect(measured['ResourceCount Fargate Resource vCPU Standard/OnDemand']).toEqual([2, 2, 0]);
    expect(measured['ResourceCount Fargate Resource vCPU Standard/Spot']).toEqual([0, 0, 0]);
  });

  test('counts as what it runs on', async () => {
    const onSpot: number[] = [];
    const measure: TaskRunnerOptions['measure'] = ({ dimensions }, value) => {
      if (dimensions.Class === 'Standard/Spot') onSpot.push(value);
    };
    const { run } = await runnerOf('process.exit(0)', { measure });
    await run({ capacityProvider: 'FARGATE_SPOT' });
    expect(onSpot).toEqual([2]);
  });

  test('has an environment of its own, with the overrides', async () => {
    vi.stubEnv('HOST_SECRET', 'never to be seen');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { run, line } = await runnerOf(`console.log('saw ' + JSON.stringify([process.env, process.argv.slice(2)]))`);
    const environment = [{ name: 'MODE', value: 'small' }];
    await run({ overrides: { containerOverrides: [{ name: 'worker', environment }] } });
    const [seen, args] = JSON.parse(await line('saw '));
    expect(seen).toMatchObject({
      BUCKET: 'artifacts',
      MODE: 'small',
      AWS_ACCESS_KEY_ID: `key of ${definition.taskRoleArn}`,
      AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    });
    expect(seen).not.toHaveProperty('HOST_SECRET');
    expect(Object.keys(seen).filter((name) => name.startsWith('NODE_'))).toEqual([]);
    expect(args).toEqual(['run']);
  });

  test('gets the overridden command', async () => {
    const { run, line } = await runnerOf(`console.log('saw ' + process.argv.slice(2))`);
    await run({ overrides: { containerOverrides: [{ name: 'worker', command: ['part', '7'] }] } });
    expect(await line('saw ')).toBe('part,7');
  });

  test('gets its secrets with the execution role', async () => {
    const [container] = definition.containers;
    const containers = [{ name: 'worker', environment: {}, ...container, secrets: { PASSWORD: 'arn:secret' } }];
    const { run, line } = await runnerOf(`console.log('saw ' + process.env.PASSWORD)`, {
      taskDefinitions: [{ ...definition, containers }],
      resolveSecret: async (valueFrom, role) => `${valueFrom} by ${role}`,
    });
    await run();
    expect(await line('saw ')).toBe(`arn:secret by ${definition.executionRoleArn}`);
  });

  test('that gets no secret does not start', async () => {
    const [container] = definition.containers;
    const containers = [{ name: 'worker', environment: {}, ...container, secrets: { PASSWORD: 'arn:secret' } }];
    const { run, runner } = await runnerOf(`console.log('ran')`, {
      taskDefinitions: [{ ...definition, containers }],
      resolveSecret: async () => {
        throw new Error('no such secret');
      },
    });
    expect(await run()).toMatchObject({
      exitCode: undefined,
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringContaining('no such secret'),
    });
    expect(runner.logs('worker')).toEqual([]);
  });

  test('shows the local clock, in its threads too, also after an advance', async () => {
    const { run, clock, line } = await runnerOf(`
      import { isMainThread, Worker } from 'node:worker_threads';
      console.log((isMainThread ? 'start ' : 'thread ') + Date.now());
      if (!isMainThread) process.exit();
      const started = Date.now();
      const poll = setInterval(() => {
        if (Date.now() < started + 3_600_000) return;
        clearInterval(poll);
        console.log('later ' + new Date().getTime());
        new Worker(new URL(import.meta.url));
      }, 5);`);
    clock.advance(86_400);
    const ended = run();
    expect(Math.abs(Number(await line('start ')) - clock.now())).toBeLessThan(10_000);
    clock.advance(7200);
    expect(Math.abs(Number(await line('later ')) - clock.now())).toBeLessThan(10_000);
    expect(Math.abs(Number(await line('thread ')) - clock.now())).toBeLessThan(10_000);
    expect(await ended).toMatchObject({ exitCode: 0 });
  });
});

describe('stopping', () => {
  const obedient = `process.on('SIGTERM', () => { console.log('asked to stop'); process.exit(0) });
    setInterval(() => {}, 1000); console.log('ready ' + process.pid)`;
  const stubborn = `import { spawn } from 'node:child_process';
    process.on('SIGTERM', () => console.log('refused to stop'));
    const script = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('child ' + process.pid)";
    spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'inherit', 'inherit'] });
    setInterval(() => {}, 1000); console.log('ready ' + process.pid)`;

  test('asks first', async () => {
    const { run, line, runner } = await runnerOf(obedient);
    const aborting = new AbortController();
    const task = run({ signal: aborting.signal });
    const pid = Number(await line('ready '));
    expect(runner.running()).toMatchObject([{ pid, taskDefinitionArn: definition.arn }]);
    aborting.abort(new Error('States.Timeout'));
    expect(await task).toMatchObject({ exitCode: 0, stopCode: 'UserInitiated', stoppedReason: 'States.Timeout' });
    expect(runner.logs('worker')).toContain('asked to stop');
    expect(isAlive(pid)).toBe(false);
  });

  test('kills what does not listen, with its process group', async () => {
    const { run, line, runner } = await runnerOf(stubborn);
    const aborting = new AbortController();
    const task = run({ signal: aborting.signal });
    const pids = [Number(await line('ready ')), Number(await line('child '))];
    expect(pids.map(isAlive)).toEqual([true, true]);
    aborting.abort();
    expect(await task).toMatchObject({ exitCode: 137, stopCode: 'UserInitiated' });
    expect(runner.logs('worker')).toContain('refused to stop');
    await vi.waitFor(() => expect(pids.map(isAlive)).toEqual([false, false]), PATIENCE);
  });

  test('a child left behind ends with the worker', async () => {
    const { run, line } = await runnerOf(`import { spawn } from 'node:child_process';
      const script = "setInterval(() => {}, 1000); console.log('child ' + process.pid)";
      const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout.on('data', (line) => { process.stdout.write(line, () => process.exit(0)) });`);
    const task = run();
    const pid = Number(await line('child '));
    expect(await task).toMatchObject({ exitCode: 0 });
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), PATIENCE);
  });

  test('a killed worker ends as a container does', async () => {
    const { run, line, runner } = await runnerOf(obedient);
    const task = run();
    await line('ready ');
    const [running] = runner.running();
    runner.kill(running?.taskArn ?? '', 'SIGKILL');
    expect(await task).toMatchObject({ exitCode: 137, stopCode: 'EssentialContainerExited' });
  });

  test('a task tells the endpoint what it does and which it is, and is killed alone', async () => {
    const { run, line, runner } = await runnerOf(
      `console.log(process.env.ROLE, process.env.AWS_SESSION_TOKEN); setInterval(() => {}, 1000)`,
    );
    const roles = ['lead', 'part'];
    const tasks = roles.map((value) =>
      run({ overrides: { containerOverrides: [{ name: 'worker', environment: [{ name: 'ROLE', value }] }] } }),
    );
    const [lead = '', part = ''] = await Promise.all(roles.map((role) => line(`${role} `)));
    expect([jobOf(lead), jobOf(part)]).toEqual(roles);
    const kill = killProcesses({ functions: [] }, { functions: { kill: async () => {} }, tasks: runner });
    kill({ roleArn: definition.taskRoleArn, session: part });
    expect(await tasks[1]).toMatchObject({ exitCode: 137 });
    expect(runner.running().map(({ taskArn }) => isSessionOf(lead, taskArn))).toEqual([true]);
  });

  test('the runner ends all tasks and starts no other', async () => {
    const { run, line, runner } = await runnerOf(stubborn);
    const task = run();
    const pid = Number(await line('ready '));
    await runner.stop();
    expect(isAlive(pid)).toBe(false);
    expect(await task).toMatchObject({ stopCode: 'UserInitiated' });
    await expect(run()).rejects.toThrow('stopping');
  });

  test('a call that is already given up starts nothing', async () => {
    const { run, runner } = await runnerOf(obedient);
    await expect(run({ signal: AbortSignal.abort(new Error('given up')) })).rejects.toThrow('given up');
    expect(runner.running()).toEqual([]);
  });

  test('a task whose host was killed ends itself and its children', async () => {
    const entry = join(await temporaryDirectory(), 'worker.mjs');
    await writeFile(entry, stubborn);
    const script = fileURLToPath(new URL('./host-process.ts', import.meta.url));
    const host = spawn(process.execPath, [script, entry], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pids: number[] = [];
    for await (const line of createInterface(host.stdout)) {
      pids.push(Number(line.split(' ')[1]));
      if (pids.length === 2) break;
    }
    expect(pids.map(isAlive)).toEqual([true, true]);
    host.kill('SIGKILL');
    await once(host, 'exit');
    await vi.waitFor(() => expect(pids.map(isAlive)).toEqual([false, false]), { timeout: 5000 });
  });
});
