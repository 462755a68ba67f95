import * as z from 'zod';
import { boolean, commonProperties, integer, irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';
import { collectProblems, problem } from '../template-error.ts';

/** How Secrets Manager makes up a value when the secret is created. */
export interface GeneratedSecret {
  /** A JSON object to which the generated text is added under {@link key}; without both, the text is the secret. */
  readonly template?: string;
  readonly key?: string;
  readonly length: number;
  readonly excludeCharacters: string;
  readonly excludeLowercase: boolean;
  readonly excludeNumbers: boolean;
  readonly excludePunctuation: boolean;
  readonly excludeUppercase: boolean;
  readonly includeSpace: boolean;
  readonly requireEachIncludedType: boolean;
}

/** How a secret's value is replaced. */
export interface RotationPlan {
  /** The function that Secrets Manager calls, once for each step. */
  readonly functionArn: string;
  /** `rate(30 days)`, counted from the last rotation. */
  readonly scheduleExpression: string;
}

/** A secret of Secrets Manager; it has either a value or a recipe for one. */
export interface SecretPlan {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly value?: string;
  readonly generate?: GeneratedSecret;
  /** The identifier of the database whose engine, host, port and name are added to the value. */
  readonly attachedDatabase?: string;
  readonly rotation?: RotationPlan;
}

const generateSchema = z
  .strictObject({
    ExcludeCharacters: text.default(''),
    ExcludeLowercase: boolean.default(false),
    ExcludeNumbers: boolean.default(false),
    ExcludePunctuation: boolean.default(false),
    ExcludeUppercase: boolean.default(false),
    GenerateStringKey: text.optional(),
    IncludeSpace: boolean.default(false),
    PasswordLength: integer.default(32),
    RequireEachIncludedType: boolean.default(true),
    SecretStringTemplate: text.optional(),
  })
  .transform(
    (recipe): GeneratedSecret => ({
      ...(recipe.SecretStringTemplate !== undefined && { template: recipe.SecretStringTemplate }),
      ...(recipe.GenerateStringKey !== undefined && { key: recipe.GenerateStringKey }),
      length: recipe.PasswordLength,
      excludeCharacters: recipe.ExcludeCharacters,
      excludeLowercase: recipe.ExcludeLowercase,
      excludeNumbers: recipe.ExcludeNumbers,
      excludePunctuation: recipe.ExcludePunctuation,
      excludeUppercase: recipe.ExcludeUppercase,
      includeSpace: recipe.IncludeSpace,
      requireEachIncludedType: recipe.RequireEachIncludedType,
    }),
  );

const secretSchema = z.strictObject({
  ...commonProperties,
  Description: irrelevant('for people'),
  GenerateSecretString: generateSchema.optional(),
  KmsKeyId: irrelevant('local secrets are not encrypted'),
  Name: irrelevant('read through the ARN'),
  SecretString: text.optional(),
});

const attachmentSchema = z.strictObject({
  SecretId: text,
  TargetId: text,
  TargetType: z.enum(['AWS::RDS::DBCluster', 'AWS::RDS::DBInstance']),
});

const rotationSchema = z.strictObject({
  RotateImmediatelyOnUpdate: z.literal(false, 'nothing is rotated by a deployment here, so it must be false'),
  RotationLambdaARN: text,
  RotationRules: z.strictObject({ ScheduleExpression: text }),
  SecretId: text,
});

/** Plans every `AWS::SecretsManager::Secret` with its `SecretTargetAttachment` and `RotationSchedule`. @throws TemplateError */
export function planSecrets(
  secrets: readonly ResolvedResource[],
  attachments: readonly ResolvedResource[],
  rotationSchedules: readonly ResolvedResource[],
): SecretPlan[] {
  const databaseOfSecret = new Map(
    collectProblems(attachments, (resource) => {
      const properties = readProperties(resource, attachmentSchema);
      return [properties.SecretId, properties.TargetId];
    }),
  );
  const rotationOfSecret = new Map(
    collectProblems(rotationSchedules, (resource): [string, RotationPlan] => {
      const { SecretId, RotationLambdaARN, RotationRules } = readProperties(resource, rotationSchema);
      return [SecretId, { functionArn: RotationLambdaARN, scheduleExpression: RotationRules.ScheduleExpression }];
    }),
  );
  return collectProblems(secrets, (resource) => {
    const { SecretString: value, GenerateSecretString: generate } = readProperties(resource, secretSchema);
    if ((value === undefined) === (generate === undefined)) {
      throw problem({ ...resource, path: 'Properties' }, 'needs either SecretString or GenerateSecretString');
    }
    const arn = resource.ref();
    const attachedDatabase = databaseOfSecret.get(arn);
    const rotation = rotationOfSecret.get(arn);
    return {
      logicalId: resource.logicalId,
      // The ARN ends in the name, a dash and six characters.
      name: arn.slice(arn.indexOf(':secret:') + ':secret:'.length, -7),
      arn,
      ...(value !== undefined && { value }),
      ...(generate && { generate }),
      ...(attachedDatabase !== undefined && { attachedDatabase }),
      ...(rotation && { rotation }),
    };
  });
}
