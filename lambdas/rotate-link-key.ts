import { rotateLinkKey } from '../adapters/links/rotate-link-key.ts';
import { secretsClient } from '../adapters/secrets/client.ts';
import { readEnvironment } from '../core/contract/env.ts';
import { secretRotation } from '../core/contract/payloads.ts';
import { stepHandler } from './middleware/step-handler.ts';

readEnvironment('rotate-link-key');
const client = secretsClient();

/** Called by Secrets Manager, once for each step of a rotation. */
export const handler = stepHandler('rotate-link-key', secretRotation, (rotation) => rotateLinkKey(client, rotation));
