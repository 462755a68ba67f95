import { ErrorResponse, type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { Session } from '../api/api-client.ts';
import type { WebConfig } from '../config.ts';
import { claimTab } from './claim-tab.ts';
import { oidcSettings, signOutArguments } from './oidc-settings.ts';
import { returnPath } from './return-path.ts';
import { CALLBACK_PATH, SIGNED_OUT_PATH } from './sign-in-paths.ts';
import { type AccessToken, type SessionState, TokenSession, type TokenSource } from './token-session.ts';

const RESTARTED_KEY = 'waybill.sign-in-restarted';
/** Tabs of one browser tell each other on it that somebody has left. */
const SIGN_OUT_CHANNEL = 'waybill.sign-out';

export interface SignIn extends Session {
  readonly state: SessionState;
  /** How the identity provider knows this person; undefined when it does not say, or nobody is signed in. */
  readonly email: string | undefined;
  /** @returns how to stop listening */
  subscribe(listener: () => void): () => void;
  /** Leaves for the identity provider; it comes back to `returnTo`, a path of this site. */
  signIn(returnTo: string): Promise<void>;
  signOut(): Promise<void>;
}

/**
 * Restores or begins a session: by the code that the identity provider sent back, by what this tab has kept, or by
 * asking the identity provider, which leaves this page.
 * @returns undefined when the page is being left
 * @throws Error when the identity provider cannot be reached or refused
 */
export async function startSignIn(config: WebConfig): Promise<SignIn | undefined> {
  const { origin, pathname, search, hash } = window.location;
  const manager = userManager(config, origin);
  if (!(await claimTab()) || pathname === SIGNED_OUT_PATH) await manager.removeUser();
  if (pathname === SIGNED_OUT_PATH) return signInOf(manager, config, 'out', undefined);
  if (pathname === CALLBACK_PATH) {
    const kept = await takeCallback(manager);
    window.history.replaceState(null, '', `${origin}${returnPath(kept, origin)}`);
  }
  const user = await livingUser(manager);
  if (user !== null) {
    sessionStorage.removeItem(RESTARTED_KEY);
    return signInOf(manager, config, 'in', user);
  }
  await manager.signinRedirect({ state: pathname === CALLBACK_PATH ? '/' : `${pathname}${search}${hash}` });
  return undefined;
}

function userManager(config: WebConfig, origin: string): UserManager {
  return new UserManager({
    ...oidcSettings(config, origin),
    // Kept for this tab alone, and gone with it; another tab is signed in by the identity provider's own session.
    userStore: new WebStorageStateStore({ store: window.sessionStorage }),
    // Requests renew, all by one: a renewal of the library's own would use the same refresh token at the same time.
    automaticSilentRenew: false,
    monitorSession: false,
  });
}

/**
 * Redeems the code of the address. One that was redeemed before (a reload, a bookmark, the way back) or that nobody
 * here asked for begins a sign-in anew, once: who is signed in at the identity provider notices nothing.
 * @returns what was kept during the sign-in
 */
async function takeCallback(manager: UserManager): Promise<unknown> {
  try {
    return (await manager.signinRedirectCallback()).state;
  } catch (error) {
    const isRefused = new URLSearchParams(window.location.search).has('error');
    if (isRefused || error instanceof TypeError || sessionStorage.getItem(RESTARTED_KEY) !== null) {
      sessionStorage.removeItem(RESTARTED_KEY);
      throw error;
    }
    sessionStorage.setItem(RESTARTED_KEY, 'yes');
    return undefined;
  }
}

async function livingUser(manager: UserManager): Promise<User | null> {
  const user = await manager.getUser();
  if (user === null || !user.expired) return user;
  return user.refresh_token === undefined ? null : manager.signinSilent().catch(() => null);
}

function tokensOf(manager: UserManager): TokenSource {
  const tokenOf = (user: User | null): AccessToken | undefined =>
    user === null
      ? undefined
      : { value: user.access_token, expiresInSeconds: user.expires_in ?? Number.POSITIVE_INFINITY };
  return {
    current: async () => tokenOf(await manager.getUser()),
    async renew() {
      // Without one the library would try a frame, which the content security policy does not allow.
      if ((await manager.getUser())?.refresh_token === undefined) return undefined;
      try {
        return tokenOf(await manager.signinSilent());
      } catch (error) {
        // An answer that is no answer of OAuth's says nothing about the session: it is a proxy's, or a fault.
        if (error instanceof ErrorResponse && !isTransient(error)) return undefined;
        throw error;
      }
    },
    forget: () => manager.removeUser(),
  };
}

function isTransient({ error }: ErrorResponse): boolean {
  return error === 'temporarily_unavailable' || error === 'server_error';
}

function signInOf(manager: UserManager, config: WebConfig, initial: SessionState, user: User | undefined): SignIn {
  const session = new TokenSession(tokensOf(manager));
  session.become(initial);
  const channel = new BroadcastChannel(SIGN_OUT_CHANNEL);
  channel.onmessage = () => {
    void manager.removeUser();
    session.become('out');
  };

  return {
    get state() {
      return session.state;
    },
    email: user?.profile.email,
    subscribe: session.subscribe,
    accessToken: () => session.accessToken(),
    renewedToken: () => session.renewedToken(),
    signIn: (returnTo) => manager.signinRedirect({ state: returnTo }),
    async signOut() {
      channel.postMessage('out');
      session.become('out');
      try {
        await manager.signoutRedirect(signOutArguments(config, window.location.origin));
      } catch {
        // An identity provider without a page to leave by, or out of reach: this site has forgotten at least.
      }
    },
  };
}
