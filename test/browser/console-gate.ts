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

/** Collects all that pages complain of, and says what of it no test has declared. */
export class ConsoleGate {
  readonly #complaints: Complaint[] = [];
  readonly #expected: ExpectedAnswer[] = [];

  watch(page: Page): void {
    page.on('console', (message) => this.#note(message));
    page.on('pageerror', (error) => this.#complaints.push({ text: String(error), url: page.url() }));
    page.on('crash', () => this.#complaints.push({ text: 'The page crashed', url: page.url() }));
  }

  expect(...answers: readonly ExpectedAnswer[]): void {
    this.#expected.push(...answers);
  }

  /** What no test has declared so far. */
  undeclared(): readonly Complaint[] {
    return this.#complaints.filter((complaint) => !this.#expected.some((answer) => isAbout(complaint, answer)));
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
function isAbout({ text, url }: Complaint, { status, url: part }: ExpectedAnswer): boolean {
  return (
    text.startsWith(`Failed to load resource: the server responded with a status of ${status} `) && url.includes(part)
  );
}
