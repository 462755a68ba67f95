import type { DownloadLink } from '../domain/download-link.ts';

export type { DownloadLink } from '../domain/download-link.ts';

/**
 * Turns the link of a mail into text and back. Nobody can make or change such a text, so a link that verifies is one
 * that was sent; but it is a locator, not a capability: it opens nothing by itself.
 */
export interface LinkSigner {
  /** The token of the link: letters, digits, `-`, `_` and one dot. */
  sign(link: DownloadLink): Promise<string>;
  /** What was signed, expired or not; undefined for any other text, and once the key is no longer accepted. */
  verify(token: string): Promise<DownloadLink | undefined>;
}
