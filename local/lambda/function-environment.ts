import { posix } from 'node:path';

/** One function of the template, as the host needs it. */
export interface FunctionDescription {
  readonly name: string;
  readonly arn: string;
  /** The folder that would be the deployment package. */
  readonly codeDirectory: string;
  /** Module and export, e.g. `index.handler`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly roleArn: string;
  /** Invocations at the same time; 0 switches the function off. @default 4 */
  readonly reservedConcurrency?: number | undefined;
}

/**
 * The whole environment of a function's thread: what Lambda reserves, the role's credentials and the function's own.
 * @param roleEnvironment region, credentials and endpoint of the execution role
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function functionEnvironment(
  description: FunctionDescription,
  roleEnvironment: Readonly<Record<string, string>>,
  logStream: string,
): Record<string, string> {
  return {
    ...description.environment,
    ...roleEnvironment,
    _HANDLER: description.handler,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: description.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(description.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: posix.join('/aws/lambda', description.name),
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    LAMBDA_TASK_ROOT: description.codeDirectory,
    LANG: 'en_US.UTF-8',
    PATH: process.env.PATH ?? '',
    TZ: ':UTC',
    // A home without an .aws folder keeps the developer's own profiles out of the SDK's configuration.
    HOME: '/nonexistent',
  };
}
