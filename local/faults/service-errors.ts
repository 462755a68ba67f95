import * as z from 'zod';
import { AwsError } from '../aws-endpoint/service.ts';

interface ServiceErrors {
  /** Code of the service's own failure, a 500. */
  readonly failure: string;
  readonly throttle: { readonly code: string; readonly statusCode: number };
}

/** By signing name, as the services' API references list them. */
const serviceErrors: Readonly<Record<string, ServiceErrors>> = {
  dynamodb: {
    failure: 'InternalServerError',
    throttle: { code: 'ProvisionedThroughputExceededException', statusCode: 400 },
  },
  s3: { failure: 'InternalError', throttle: { code: 'SlowDown', statusCode: 503 } },
  secretsmanager: {
    failure: 'InternalServiceError',
    throttle: { code: 'ThrottlingException', statusCode: 400 },
  },
  ses: { failure: 'InternalFailure', throttle: { code: 'Throttling', statusCode: 400 } },
  ssm: { failure: 'InternalServerError', throttle: { code: 'ThrottlingException', statusCode: 400 } },
  states: { failure: 'InternalFailure', throttle: { code: 'ThrottlingException', statusCode: 400 } },
};

const MESSAGE = 'Injected by the local cloud.';

export function failureOf(service: string): AwsError {
  return new AwsError(serviceErrors[service]?.failure ?? 'InternalFailure', 500, MESSAGE);
}

export function throttlingOf(service: string): AwsError {
  const { code, statusCode } = serviceErrors[service]?.throttle ?? { code: 'ThrottlingException', statusCode: 400 };
  return new AwsError(code, statusCode, MESSAGE);
}

const transaction = z.looseObject({ TransactItems: z.array(z.unknown()).min(1) });

/**
 * What DynamoDB answers to a write of items that another transaction is writing.
 * @param draw from 0 up to 1: which item it was
 */
export function transactionConflict(operation: string, input: unknown, draw: number): AwsError {
  if (operation !== 'TransactWriteItems') {
    return new AwsError('TransactionConflictException', 400, 'Transaction is ongoing for the item');
  }
  const { TransactItems: items } = transaction.parse(input);
  const at = Math.floor(draw * items.length);
  const reasons = items.map((_, index) =>
    index === at ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' } : { Code: 'None' },
  );
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new AwsError('TransactionCanceledException', 400, message, { CancellationReasons: reasons });
}
