import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws-endpoint/service.ts';
import type { CancelTimer, LocalClock } from '../clock.ts';
import { compileSchedule } from '../events/schedule.ts';
import type { InvokeFunction } from '../lambda/lambda-host.ts';
import type { LogLine } from '../line-log.ts';
import type { RotationPlan, SecretPlan } from '../template/plan/secrets.ts';
import { CURRENT, PENDING, type SecretVersions } from './secret-versions.ts';

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html */
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

export interface SecretRotationOptions {
  readonly secrets: readonly SecretPlan[];
  readonly versions: SecretVersions;
  readonly invoke: InvokeFunction;
  readonly clock: LocalClock;
  readonly log: LogLine;
}

/** Replaces the values of secrets by calling their rotation functions, on schedule and on request. */
export class SecretRotation {
  readonly #options: SecretRotationOptions;
  readonly #running = new Map<string, Promise<void>>();
  readonly #timers = new Map<string, CancelTimer>();
  readonly #stopping = new AbortController();

  constructor(options: SecretRotationOptions) {
    this.#options = options;
  }

  /** Follows the schedules from now on; what fell due while nothing ran is made up for. */
  start(): void {
    for (const secret of this.#options.secrets) this.#arm(secret, this.#options.versions.rotatedAtMs(secret));
  }

  /**
   * Begins a rotation and does not wait for its end.
   * @param id of the new version
   * @throws AwsError `InvalidRequestException` when the secret has no rotation, or an earlier one is not complete
   */
  request(secret: SecretPlan, id: string): void {
    const rotation = rotationOf(secret);
    if (this.#options.versions.all(secret).some((version) => version.id === id)) return;
    const isBusy = this.#running.has(secret.arn) || this.#unfinished(secret) !== undefined;
    this.#begin(secret, rotation, id);
    if (!isBusy) return;
    const message = "A previous rotation isn't complete. That rotation will be reattempted.";
    throw new AwsError('InvalidRequestException', 400, message);
  }

  /** Resolves when no rotation is under way. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  async stop(): Promise<void> {
    for (const cancel of this.#timers.values()) cancel();
    this.#stopping.abort(new Error('The local cloud is stopping'));
    await this.settled();
  }

  /** Goes on with a rotation that was begun and not finished, else begins one. */
  #begin(secret: SecretPlan, rotation: RotationPlan, id: string = randomUUID()): void {
    if (this.#running.has(secret.arn)) return;
    const unfinished = this.#unfinished(secret);
    if (unfinished === undefined) this.#options.versions.begin(secret, id);
    const work = this.#run(secret, rotation, unfinished ?? id).finally(() => this.#running.delete(secret.arn));
    this.#running.set(secret.arn, work);
  }

  /** Never rejects: nobody waits for a rotation, so its failure has to be told here. */
  async #run(secret: SecretPlan, { functionArn }: RotationPlan, id: string): Promise<void> {
    const { invoke, log, clock, versions } = this.#options;
    const { signal } = this.#stopping;
    try {
      for (const step of STEPS) {
        const payload = { Step: step, SecretId: secret.arn, ClientRequestToken: id };
        await invoke({ caller: 'service', functionArn, payload, signal });
      }
      this.#arm(secret, versions.rotatedAtMs(secret));
    } catch (error) {
      if (signal.aborted) return;
      log('secrets-manager', `Rotation of ${secret.name}: ${String(error)}`);
      this.#arm(secret, clock.now());
    }
  }

  #arm(secret: SecretPlan, afterMs: number): void {
    const { rotation } = secret;
    if (rotation === undefined) return;
    const { clock } = this.#options;
    const waitMs = Math.max(compileSchedule(rotation.scheduleExpression)(afterMs) - clock.now(), 0);
    this.#timers.get(secret.arn)?.();
    this.#timers.set(
      secret.arn,
      clock.after(waitMs, () => this.#begin(secret, rotation)),
    );
  }

  /** The version of a rotation that has not come to its end. */
  #unfinished(secret: SecretPlan): string | undefined {
    const pending = this.#options.versions.at(secret, PENDING);
    return pending?.stages.includes(CURRENT) ? undefined : pending?.id;
  }
}

function rotationOf({ arn, rotation }: SecretPlan): RotationPlan {
  if (rotation) return rotation;
  throw new AwsError('InvalidRequestException', 400, `No Lambda rotation function ARN is associated with ${arn}.`);
}
