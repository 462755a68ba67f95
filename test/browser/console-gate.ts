import type { ConsoleMessage, Page } from 'playwright-core';

/** What a page complained of. */
export interface Complaint {
  readonly text: string;
  /** Where it came from: for a request that failed, its address. */
  readonly url: string;
}

/** An answer of the server that a test provokes; the browser complains of each on its own account. */
export interface ExpectedAnswer {
  readonly status: number;
  /** A part of the address. */
  readonly url: string;
}

/** A request that a test lets go unanswered; the browser complains of each on its own account. */
export interface ExpectedSilence {
  /** Chromium's name for what was the matter, e.g. `net::ERR_INTERNET_DISCONNECTED`. */
  readonly error: string;
  /** A part of the address. */
  readonly url: string;
}

/** Collects all that pages complain of, and says what of it no test has declared. */
export class ConsoleGate {
  readonly #complaints: Complaint[] = [];
  readonly #expected: (ExpectedAnswer | ExpectedSilence)[] = [];

  watch(page: Page): void {
    page.on('console', (message) => this.#note(message));
    page.on('pageerror', (error) => this.#complaints.push({ text: String(error), url: page.url() }));
    page.on('crash', () => this.#complaints.push({ text: 'The page crashed', url: page.url() }));
  }

  expect(...expected: readonly (ExpectedAnswer | ExpectedSilence)[]): void {
    this.#expected.push(...expected);
  }

  /** What no test has declared so far. */
  undeclared(): readonly Complaint[] {
    return this.#complaints.filter((complaint) => !this.#expected.some((expected) => isAbout(complaint, expected)));
  }

  /** The same; it and what was declared are then forgotten. */
  drain(): readonly Complaint[] {
    const undeclared = this.undeclared();
    this.#complaints.length = 0;
    this.#expected.length = 0;
    return undeclared;
  }

  #note(message: ConsoleMessage): void {
    if (message.type() !== 'warning' && message.type() !== 'error') return;
    this.#complaints.push({ text: message.text(), url: message.location().url });
  }
}

/** Chromium's own line about a request, and nothing else: what the page itself writes is never expected. */
function isAbout({ text, url }: Complaint, expected: ExpectedAnswer | ExpectedSilence): boolean {
  const isMeant =
    'error' in expected
      ? text === `Failed to load resource: ${expected.error}`
      : text.startsWith(`Failed to load resource: the server responded with a status of ${expected.status} `);
  return isMeant && url.includes(expected.url);
}
