import { type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { Session } from '../api/api-client.ts';
import type { WebConfig } from '../config.ts';

/** Where the identity provider sends people back to. */
const CALLBACK_PATH = '/signed-in';

/** `ended`: there was a session, and the identity provider renews it no more; `out`: they left by themselves. */
export type SessionState = 'in' | 'out' | 'ended';

export interface SignIn extends Session {
  readonly state: SessionState;
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
export async function startSignIn({ issuer, clientId, scope }: WebConfig): Promise<SignIn | undefined> {
  const { origin, pathname, search, hash } = window.location;
  const manager = new UserManager({
    authority: issuer,
    client_id: clientId,
    redirect_uri: `${origin}${CALLBACK_PATH}`,
    post_logout_redirect_uri: `${origin}/signed-out`,
    response_type: 'code',
    scope,
    // Kept for this tab alone, and gone with it; another tab is signed in by the identity provider's own session.
    userStore: new WebStorageStateStore({ store: window.sessionStorage }),
    automaticSilentRenew: true,
    accessTokenExpiringNotificationTimeInSeconds: 120,
    loadUserInfo: false,
    monitorSession: false,
  });
  if (pathname === CALLBACK_PATH) {
    const user = await manager.signinRedirectCallback();
    window.history.replaceState(null, '', pathOfThisSite(user.state));
  } else if (pathname === '/signed-out') {
    await manager.removeUser();
    return signInOf(manager, 'out');
  }
  if ((await storedUser(manager)) !== null) return signInOf(manager, 'in');
  await manager.signinRedirect({ state: `${pathname}${search}${hash}` });
  return undefined;
}

/** Only a path: what was kept during the sign-in must not lead away from this site. */
function pathOfThisSite(state: unknown): string {
  return typeof state === 'string' && /^\/(?![/\\])/.test(state) ? state : '/';
}

async function storedUser(manager: UserManager): Promise<User | null> {
  const user = await manager.getUser();
  if (user === null || !user.expired) return user;
  return manager.signinSilent().catch(() => null);
}

function signInOf(manager: UserManager, initial: SessionState): SignIn {
  let state = initial;
  let renewing: Promise<string | undefined> | undefined;
  const listeners = new Set<() => void>();

  function become(next: SessionState): void {
    state = next;
    for (const listener of listeners) listener();
  }

  async function renew(): Promise<string | undefined> {
    try {
      const user = await manager.signinSilent();
      if (user) return user.access_token;
    } catch (error) {
      // A network that fails says nothing about the session; a refusal does.
      if (error instanceof TypeError) return undefined;
    }
    await manager.removeUser();
    become('ended');
    return undefined;
  }

  return {
    get state() {
      return state;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async accessToken() {
      return (await manager.getUser())?.access_token;
    },
    renewedToken() {
      // Requests that are refused together wait for one renewal.
      renewing ??= renew().finally(() => {
        renewing = undefined;
      });
      return renewing;
    },
    signIn: (returnTo) => manager.signinRedirect({ state: returnTo }),
    async signOut() {
      await manager.signoutRedirect();
    },
  };
}
