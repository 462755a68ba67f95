/** Where a browser ended up. */
export interface Visit {
  readonly url: string;
  readonly response: Response;
  /** The first redirect that leaves the server, not followed. */
  readonly location: string | undefined;
}

/** Follows the redirects of one server with a cookie jar. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  /** @param form is posted */
  async open(url: string, form?: URLSearchParams): Promise<Visit> {
    const response = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { body: form }),
    });
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    const location = response.headers.get('location');
    if (location === null) return { url, response, location: undefined };
    const next = new URL(location, url);
    if (next.origin !== new URL(url).origin) return { url, response, location: next.href };
    return this.open(next.href);
  }

  #keep(cookie: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (value === '') this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
