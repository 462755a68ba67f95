import { ProblemError } from '../../core/domain/errors.ts';

/**
 * The Idempotency-Key header, if there is one.
 * @throws ProblemError validation_failed
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export function idempotencyKey(headers: Readonly<Record<string, string | undefined>>): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new ProblemError('validation_failed', 'Correct the Idempotency-Key header, or send none.', {
    issues: [{ pointer: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters without spaces' }],
  });
}
