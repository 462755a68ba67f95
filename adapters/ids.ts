import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { Ids } from '../core/ports/ids.ts';

/** Bytes of a claim: 128 bits cannot be guessed or met twice. */
const CLAIM_BYTES = 16;

/** Bytes of a notification's id, which only has to be another one than the export's others. */
const NOTIFICATION_ID_BYTES = 9;

/** Ids as RFC 9562 UUIDv7, claims as random base64url. */
export const randomIds: Ids = {
  exportId: () => `exp_${v7()}`,
  feedbackId: () => `fbk_${v7()}`,
  claim: () => randomBytes(CLAIM_BYTES).toString('base64url'),
  notificationId: () => randomBytes(NOTIFICATION_ID_BYTES).toString('base64url'),
};
