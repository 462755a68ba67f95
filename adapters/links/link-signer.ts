import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { type ExportId, exportIdSchema } from '../../core/domain/export-id.ts';
import type { DownloadLink, LinkSigner } from '../../core/ports/link-signer.ts';
import type { LinkKey, LinkKeys } from './link-keys.ts';

/** Longer texts are refused before any work; a real token has about 250 characters. */
const MAX_TOKEN_CHARACTERS = 1_024;

const VERSION = 1;

const text = z.string().min(1);

/** Version, key id, account, export, recipient, expiry in epoch seconds. */
const payloadSchema = z.tuple([z.literal(VERSION), text, text, exportIdSchema, text, z.int().nonnegative()]);

interface Claimed {
  readonly keyId: string;
  readonly link: DownloadLink;
}

/**
 * Tokens `base64url(payload).base64url(HMAC-SHA256)`. They are locators, not capabilities: a token names an export to
 * the API, which then decides by the reader's membership as it is at that moment.
 */
export function hmacLinkSigner(keys: LinkKeys): LinkSigner {
  return {
    async sign(link) {
      const token = tokenOf(link, await keys.current());
      // Ids of accounts and users are the identity provider's, so their length is not ours to promise.
      if (token.length > MAX_TOKEN_CHARACTERS) throw new Error(`The link to ${link.exportId} has become too long.`);
      return token;
    },

    async verify(token) {
      if (token.length > MAX_TOKEN_CHARACTERS) return undefined;
      const claimed = claimsOf(token);
      const key = claimed && (await keys.find(claimed.keyId));
      // Written anew and compared as text: another encoding of the same bytes is no more valid than other bytes.
      return key && isSame(token, tokenOf(claimed.link, key)) ? claimed.link : undefined;
    },
  };
}

function tokenOf({ accountId, exportId, recipientUserId, expiresAt }: DownloadLink, key: LinkKey): string {
  const payload: z.input<typeof payloadSchema> = [
    VERSION,
    key.id,
    accountId,
    exportId,
    recipientUserId,
    Math.floor(expiresAt / 1000),
  ];
  const encoded = Buffer.from(JSON.stringify(payload)).toString('base64url');
  return `${encoded}.${createHmac('sha256', key.secret).update(encoded).digest('base64url')}`;
}

/** What a token claims, not yet believed; undefined when it is no token at all. */
function claimsOf(token: string): Claimed | undefined {
  const payload = payloadSchema.safeParse(parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString()));
  if (!payload.success) return undefined;
  const [, keyId, accountId, exportId, recipientUserId, expiresAtSeconds] = payload.data;
  const link = { accountId, exportId: exportId as ExportId, recipientUserId, expiresAt: expiresAtSeconds * 1000 };
  return { keyId, link };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Compares in a time that tells nothing of where the texts differ. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
