import { setTimeout as delay } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { StoreUnavailableError } from '../../core/domain/errors.ts';

/**
 * Tries of one operation when others get in the way. With waits of at most 20, 40, 80, 160 and then 200 ms, each by
 * full jitter, an operation gives up after at most 0.3 s + 6 x 0.2 s = 1.5 s of waiting.
 */
const MAX_TRIES = 11;
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 200;

/**
 * What a failed call means, of a write above all:
 * - `condition`: not applied, because something it relied on is no longer so. Read the truth.
 * - `contention`: not applied, because others wrote at the same instant or the table is throttled. Try again.
 * - `unknown`: the reply was lost; it may have been applied. Find out.
 * - `fatal`: our own mistake, or no permission.
 */
export type CallFailure = 'condition' | 'contention' | 'unknown' | 'fatal';

const contentionCodes: readonly string[] = [
  'TransactionConflict',
  'TransactionConflictException',
  'ThrottlingError',
  'ThrottlingException',
  'ProvisionedThroughputExceeded',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
];

/** Names and codes of errors after which nobody knows whether the write was applied. */
const unknownCodes: readonly string[] = [
  'TransactionInProgressException',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'AbortError',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
];

/** Reads what a failed call means for the operation it was part of. */
export function callFailureOf(error: unknown): CallFailure {
  if (error instanceof TransactionCanceledException) return cancellationOf(error);
  if (!(error instanceof Error)) return 'fatal';
  if (error.name === 'ConditionalCheckFailedException') return 'condition';
  if (contentionCodes.includes(error.name)) return 'contention';
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  if (unknownCodes.includes(error.name) || unknownCodes.includes(String(code))) return 'unknown';
  return ($metadata?.httpStatusCode ?? 0) >= 500 ? 'unknown' : 'fatal';
}

function cancellationOf(error: TransactionCanceledException): CallFailure {
  const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
  if (codes.includes('ConditionalCheckFailed')) return 'condition';
  return codes.some((code) => contentionCodes.includes(code)) ? 'contention' : 'fatal';
}

/**
 * Sends a read, which the SDK has tried again already.
 * @throws StoreUnavailableError when the table is throttled or does not answer, and whatever is fatal
 */
export async function read<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (cause) {
    throw callFailureOf(cause) === 'fatal' ? cause : new StoreUnavailableError('read', { cause });
  }
}

/** A value an operation has settled on; undefined means: look again. */
export type Settled<T> = { readonly value: T } | undefined;

/**
 * Repeats a read-decide-write until it settles, with a wait in between.
 * @throws StoreUnavailableError when it did not settle in {@link MAX_TRIES} tries
 */
export async function settle<T>(operation: string, tryOnce: () => Promise<Settled<T>>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const settled = await tryOnce();
    if (settled) return settled.value;
    if (tries === MAX_TRIES) throw new StoreUnavailableError(operation);
    await delay(Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1)));
  }
}

/** What a try of a write came to; `applied` only when DynamoDB said so. */
export type WriteResult = 'applied' | Exclude<CallFailure, 'fatal'>;

/** Sends a write and says what came of it. @throws whatever is fatal */
export async function tryWrite(write: () => Promise<unknown>): Promise<WriteResult> {
  try {
    await write();
    return 'applied';
  } catch (error) {
    const failure = callFailureOf(error);
    if (failure === 'fatal') throw error;
    return failure;
  }
}

/** Sends a write without conditions, which may be applied twice, until it is known to be applied. */
export function repeatable(operation: string, write: () => Promise<unknown>): Promise<void> {
  return settle(operation, async () => ((await tryWrite(write)) === 'applied' ? { value: undefined } : undefined));
}
