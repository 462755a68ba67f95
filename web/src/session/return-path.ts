import { CALLBACK_PATH, SIGNED_OUT_PATH } from './sign-in-paths.ts';

/**
 * Where to go on after a sign-in. What was kept meanwhile must not lead away from this site, nor back into the sign-in.
 * @param kept what was kept, whatever that is
 * @param origin of this site
 * @returns path, query and fragment
 */
export function returnPath(kept: unknown, origin: string): string {
  if (typeof kept !== 'string' || !kept.startsWith('/') || !URL.canParse(kept, origin)) return '/';
  // Read as a browser reads it: `/\evil.example` and `/<tab>/evil.example` name another host.
  const { origin: target, pathname, search, hash } = new URL(kept, origin);
  const isElsewhere = target !== origin || pathname.startsWith('//');
  const isSignIn = pathname === CALLBACK_PATH || pathname === SIGNED_OUT_PATH;
  return isElsewhere || isSignIn ? '/' : `${pathname}${search}${hash}`;
}
