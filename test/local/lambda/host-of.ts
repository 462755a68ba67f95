import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { LocalClock } from '../../../local/clock.ts';
import type { FunctionDescription } from '../../../local/lambda/function-environment.ts';
import { createLambdaHost, type LambdaHost, type LambdaHostOptions } from '../../../local/lambda/lambda-host.ts';
import { temporaryDirectory } from '../temp-dir.ts';

export const arn = 'arn:aws:lambda:eu-central-1:000000000000:function:fixture';
export const roleArn = 'arn:aws:iam::000000000000:role/fixture';

export interface Fixture {
  readonly host: LambdaHost;
  readonly clock: LocalClock;
  invoke(payload?: unknown, signal?: AbortSignal): Promise<unknown>;
}

export async function hostOf(
  source: string,
  description: Partial<FunctionDescription> = {},
  options: Partial<LambdaHostOptions> = {},
): Promise<Fixture> {
  const codeDirectory = await temporaryDirectory();
  await writeFile(join(codeDirectory, 'index.mjs'), source);
  const clock = new LocalClock();
  const fixture = {
    name: 'fixture',
    arn,
    codeDirectory,
    handler: 'index.handler',
    environment: { TABLE_NAME: 'exports' },
    timeoutSeconds: 20,
    memoryMb: 128,
    roleArn,
    ...description,
  };
  const host = createLambdaHost({
    functions: [fixture],
    environmentFor: (role) => ({ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: `key of ${role}` }),
    authorize: () => {},
    clock,
    log: () => {},
    ...options,
  });
  onTestFinished(() => host.stop());
  return {
    host,
    clock,
    invoke: async (payload, signal) =>
      (await host.invoke({ caller: 'service', functionArn: arn, payload, signal })).payload,
  };
}
