import { parameterClient } from '../adapters/ssm/client.ts';
import { readOperations } from '../adapters/ssm/operations.ts';
import type { Operations } from '../core/contract/operations.ts';
import type { Clock } from '../core/ports/clock.ts';

/** Options of every program that works on a deployment. */
export const placeOptions = {
  stage: { type: 'string' },
  local: { type: 'string', default: 'http://127.0.0.1:4000' },
} as const;

export const PLACE_USAGE = `  --stage STAGE   a deployed stage, with the credentials and the region of your AWS profile
  --local URL     otherwise the local cloud @default http://127.0.0.1:4000`;

/** A deployment, local or not. This process's AWS clients reach it. */
export interface Place extends Operations {
  readonly clock: Clock;
}

/** @throws Error that says what to do when there is no such deployment */
export async function findPlace(options: { readonly stage?: string; readonly local: string }): Promise<Place> {
  const { stage = 'local' } = options;
  const aheadMs = options.stage === undefined ? await enterLocalCloud(options.local) : 0;
  const found = await readOperations(parameterClient(), stage);
  if (found === undefined) {
    throw new Error(`There is no stage "${stage}" in this account and region; look at AWS_PROFILE and AWS_REGION.`);
  }
  return { ...found, clock: { now: () => Date.now() + aheadMs } };
}

/**
 * Makes the local cloud's operator this process's own.
 * @returns by how many milliseconds the cloud's time is ahead
 */
async function enterLocalCloud(url: string): Promise<number> {
  const response = await fetch(new URL('/local/info', url)).catch((cause) => {
    throw new Error(`No local cloud answers at ${url}: run npm start, or name a deployed one with --stage.`, { cause });
  });
  const { now, operatorEnvironment } = (await response.json()) as {
    readonly now: number;
    readonly operatorEnvironment: Readonly<Record<string, string>>;
  };
  Object.assign(process.env, operatorEnvironment);
  return now - Date.now();
}
