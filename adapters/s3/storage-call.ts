import { ExportFailedError } from '../../core/domain/errors.ts';

/** @throws ExportFailedError storage_unavailable, with S3's error as its cause */
export async function storageCall<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (cause) {
    throw new ExportFailedError('storage_unavailable', { retryable: true, cause });
  }
}

/**
 * Whether S3 refused a conditional write: 412 because an object is there, 409 because another conditional write to
 * the key was under way.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function isPreconditionFailed(error: unknown): boolean {
  const status = statusOf(error);
  return status === 412 || status === 409;
}

export function isNotFound(error: unknown): boolean {
  return statusOf(error) === 404;
}

function statusOf(error: unknown): number | undefined {
  const { cause } = error as { cause?: { $metadata?: { httpStatusCode?: number } } };
  return cause?.$metadata?.httpStatusCode;
}
