import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { AwsError } from '../aws-endpoint/service.ts';
import type { LocalClock } from '../clock.ts';
import { readJsonFile, writeJsonFile } from '../json-file.ts';
import type { SecretPlan } from '../template/plan/secrets.ts';
import { generateSecret } from './generate-secret.ts';

export const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';
export const PENDING = 'AWSPENDING';

const versionSchema = z.object({
  id: z.string(),
  createdAtSeconds: z.number(),
  stages: z.array(z.string()),
  /** Absent while a rotation has named the version and not yet given it a value. */
  value: z.string().optional(),
});
const secretSchema = z.object({
  versions: z.array(versionSchema),
  /** When its current version became that, by the schedule's reckoning. */
  rotatedAtSeconds: z.number(),
  /** What the template said; when that changes, it replaces what was written since, as a deployment would. */
  templateValue: z.string().optional(),
});
export type SecretVersion = z.output<typeof versionSchema>;
type StoredSecret = z.output<typeof secretSchema>;

export interface SecretVersionsOptions {
  readonly secrets: readonly SecretPlan[];
  /** Where values are kept, so that the next start has the same. */
  readonly stateDirectory: string;
  readonly clock: LocalClock;
}

/** Every version of every secret, with its staging labels; makes up the values that are missing. */
export class SecretVersions {
  readonly #file: string;
  readonly #clock: LocalClock;
  readonly #stored: Record<string, StoredSecret>;

  constructor({ secrets, stateDirectory, clock }: SecretVersionsOptions) {
    this.#file = join(stateDirectory, 'secret-versions.json');
    this.#clock = clock;
    const kept = readJsonFile(this.#file, z.record(z.string(), secretSchema)) ?? {};
    this.#stored = Object.fromEntries(secrets.map((secret) => [secret.arn, this.#deployed(secret, kept[secret.arn])]));
    this.#save();
  }

  all({ arn }: SecretPlan): readonly SecretVersion[] {
    return this.#of(arn).versions;
  }

  /** The version with this staging label. */
  at(secret: SecretPlan, stage: string): SecretVersion | undefined {
    return this.all(secret).find(({ stages }) => stages.includes(stage));
  }

  rotatedAtMs({ arn }: SecretPlan): number {
    return this.#of(arn).rotatedAtSeconds * 1000;
  }

  /** Names a version that has no value yet, as a rotation does before its first step. */
  begin(secret: SecretPlan, id: string): void {
    this.#of(secret.arn).versions.push({ id, createdAtSeconds: this.#nowSeconds(), stages: [] });
    this.#label(secret, PENDING, id);
  }

  /** @throws AwsError `ResourceExistsException` when the version has another value */
  put(secret: SecretPlan, id: string, value: string, stages: readonly string[]): SecretVersion {
    const { versions } = this.#of(secret.arn);
    let version = versions.find((candidate) => candidate.id === id);
    if (version?.value !== undefined) {
      if (version.value === value) return version;
      const message = `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`;
      throw new AwsError('ResourceExistsException', 400, message);
    }
    if (version === undefined) {
      version = { id, createdAtSeconds: this.#nowSeconds(), stages: [] };
      versions.push(version);
    }
    version.value = value;
    for (const stage of stages) this.#label(secret, stage, id);
    return version;
  }

  /**
   * Moves a staging label, or takes it away.
   * @throws AwsError `InvalidParameterException`, `ResourceNotFoundException`
   */
  move(secret: SecretPlan, stage: string, to: string | undefined, from: string | undefined): void {
    const holder = this.at(secret, stage)?.id;
    if (to !== undefined && !this.all(secret).some(({ id }) => id === to)) throw versionNotFound();
    if (holder !== from && holder !== to) {
      const message = `The staging label ${stage} is currently attached to version ${holder}. You must explicitly reference that version in RemoveFromVersionId.`;
      throw new AwsError('InvalidParameterException', 400, message);
    }
    if (to === undefined && stage === CURRENT) {
      throw new AwsError(
        'InvalidParameterException',
        400,
        `You can only move staging label ${CURRENT}, not remove it.`,
      );
    }
    if (holder !== to) this.#label(secret, stage, to);
  }

  #label(secret: SecretPlan, stage: string, to: string | undefined): void {
    const stored = this.#of(secret.arn);
    const holder = this.at(secret, stage);
    if (holder) holder.stages = holder.stages.filter((candidate) => candidate !== stage);
    stored.versions.find(({ id }) => id === to)?.stages.push(stage);
    if (stage === CURRENT) {
      stored.rotatedAtSeconds = this.#nowSeconds();
      if (holder) this.#label(secret, PREVIOUS, holder.id);
    }
    // Secrets Manager may delete what has no label; here it goes at once, so that nobody can rely on it.
    stored.versions = stored.versions.filter(({ stages }) => stages.length > 0);
    this.#save();
  }

  #of(arn: string): StoredSecret {
    const stored = this.#stored[arn];
    if (!stored) throw new Error(`The template has no secret ${arn}.`);
    return stored;
  }

  #deployed({ value, generate }: SecretPlan, kept: StoredSecret | undefined): StoredSecret {
    if (kept !== undefined && kept.templateValue === value) return kept;
    const createdAtSeconds = this.#nowSeconds();
    const version = {
      id: randomUUID(),
      createdAtSeconds,
      stages: [CURRENT],
      value: generate ? generateSecret(generate) : (value ?? ''),
    };
    return {
      versions: [version],
      rotatedAtSeconds: createdAtSeconds,
      ...(value !== undefined && { templateValue: value }),
    };
  }

  #nowSeconds(): number {
    return Math.floor(this.#clock.now() / 1000);
  }

  #save(): void {
    writeJsonFile(this.#file, this.#stored);
  }
}

export function versionNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 400, "Secrets Manager can't find the specified secret version.");
}
