import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { Ids } from '../core/ports/ids.ts';

/** Bytes of a claim: 128 bits cannot be guessed or met twice. */
const CLAIM_BYTES = 16;

/** Ids as RFC 9562 UUIDv7, claims as random base64url. */
export const randomIds: Ids = {
  exportId: () => `exp_${v7()}`,
  feedbackId: () => `fbk_${v7()}`,
  claim: () => randomBytes(CLAIM_BYTES).toString('base64url'),
};
