import ipaddr from 'ipaddr.js';
import { isPublicAddress } from './public-address.ts';

const MAX_URL_LENGTH = 2_048;

/**
 * What keeps a URL from being called at all, whatever its name may lead to.
 * @param allowPrivate whether it may be on this machine and without TLS
 * @returns what is wrong, in words for who gave it; undefined when nothing is
 */
export function mistakeInReceiverUrl(text: string, allowPrivate: boolean): string | undefined {
  if (text.length > MAX_URL_LENGTH) return `must have at most ${MAX_URL_LENGTH.toLocaleString('en')} characters`;
  // A URL's parser drops some of them, and then it is not the text that was looked at.
  if (/[\s\p{Cc}]/u.test(text)) return 'must not hold spaces or control characters';
  const url = URL.parse(text);
  const isHttp = url?.protocol === 'https:' || (allowPrivate && url?.protocol === 'http:');
  if (!url || !isHttp) return 'must be a URL that begins with https://';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or a password';
  // Written as a number sign alone it is there as well, but empty.
  if (text.includes('#')) return 'must not have a fragment';
  const host = hostOf(url);
  if (!allowPrivate && ipaddr.isValid(host) && !isPublicAddress(host))
    return 'must not be an address that is not public';
  return undefined;
}

/** The name or address to look up: an IPv6 address stands in brackets in a URL only. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}
