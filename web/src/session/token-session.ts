import { UnreachableError } from '../api/problem-error.ts';

/**
 * `ending`: the identity provider renews the session no more, and what is left of it still serves; `ended`: nothing is
 * left; `out`: they left by themselves.
 */
export type SessionState = 'in' | 'ending' | 'ended' | 'out';

export interface AccessToken {
  readonly value: string;
  readonly expiresInSeconds: number;
}

/** Where tokens are kept, and where new ones come from. */
export interface TokenSource {
  current(): Promise<AccessToken | undefined>;
  /** @returns undefined when it was refused @throws Error when there was no answer */
  renew(): Promise<AccessToken | undefined>;
  forget(): Promise<void>;
}

/** A token is renewed while it still serves, so that no request has to wait for it. */
const RENEW_AHEAD_SECONDS = 120;

/** Keeps a session alive by what requests need, and says when that no longer works. */
export class TokenSession {
  state: SessionState = 'in';
  readonly #tokens: TokenSource;
  readonly #listeners = new Set<() => void>();
  #renewing: Promise<AccessToken | undefined> | undefined;

  constructor(tokens: TokenSource) {
    this.#tokens = tokens;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  become(state: SessionState): void {
    this.state = state;
    for (const listener of this.#listeners) listener();
  }

  async accessToken(): Promise<string | undefined> {
    const token = await this.#tokens.current();
    if (token === undefined || token.expiresInSeconds <= 0) return this.renewedToken();
    if (token.expiresInSeconds < RENEW_AHEAD_SECONDS && this.state === 'in') void this.#renewAhead();
    return token.value;
  }

  /** @throws UnreachableError when the identity provider did not answer: that says nothing about the session */
  async renewedToken(): Promise<string | undefined> {
    if (this.#isOver()) return undefined;
    const token = await this.#renew();
    if (token === undefined && !this.#isOver()) {
      await this.#tokens.forget();
      this.become('ended');
    }
    return token?.value;
  }

  /** They may leave while a renewal is under way. */
  #isOver(): boolean {
    return this.state === 'ended' || this.state === 'out';
  }

  async #renewAhead(): Promise<void> {
    try {
      if ((await this.#renew()) === undefined && this.state === 'in') this.become('ending');
    } catch {
      // The next request tries again; there is time.
    }
  }

  /** Whoever needs a token meanwhile waits for the same one: a refresh token may be good for one use only. */
  #renew(): Promise<AccessToken | undefined> {
    this.#renewing ??= this.#tokens
      .renew()
      .catch((cause: unknown) => {
        throw new UnreachableError('The sign-in service could not be reached', { cause });
      })
      .finally(() => {
        this.#renewing = undefined;
      });
    return this.#renewing;
  }
}
