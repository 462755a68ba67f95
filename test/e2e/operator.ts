import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretLinkKeys } from '../../adapters/links/link-keys.ts';
import { hmacLinkSigner } from '../../adapters/links/link-signer.ts';
import type { ExportId } from '../../core/domain/export-id.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { DAY } from '../support/exports.ts';

/** How the operator's clients reach a cloud, whose time may be ahead of theirs. */
export function operatorConfig({ clock, operatorEnvironment }: Pick<LocalCloud, 'clock' | 'operatorEnvironment'>) {
  const { AWS_REGION, AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = operatorEnvironment;
  return {
    region: AWS_REGION,
    endpoint: AWS_ENDPOINT_URL,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
    systemClockOffset: clock.offsetMs,
  };
}

/** The secret with the keys of mailed links. */
export function linkKeysArn({ plan }: Pick<LocalCloud, 'plan'>): string {
  const secret = plan.secrets.find(({ rotation }) => rotation !== undefined);
  if (secret === undefined) throw new Error('no secret is rotated');
  return secret.arn;
}

/** The token of a mail to val of acme, about an export in whatever state, signed with the current key. */
export async function linkTokenFor(cloud: LocalCloud, exportId: ExportId, livesMs = 7 * DAY): Promise<string> {
  const client = new SecretsManagerClient(operatorConfig(cloud));
  const { sign } = hmacLinkSigner(secretLinkKeys(client, linkKeysArn(cloud), cloud.clock));
  const expiresAt = cloud.clock.now() + livesMs;
  const token = await sign({ accountId: 'acme', exportId, recipientUserId: 'usr_val', expiresAt });
  client.destroy();
  return token;
}
