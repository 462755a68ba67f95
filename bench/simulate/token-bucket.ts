/** A quota of calls a second with a burst, as AWS's services have them. Times in milliseconds. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #at = Number.NEGATIVE_INFINITY;

  constructor({ perSecond, burst }: { readonly perSecond: number; readonly burst: number }) {
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** Takes a token if there is one. */
  take(now: number): boolean {
    this.#fill(now);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Takes the next token that nobody has taken. @returns when it is there */
  reserve(now: number): number {
    this.#fill(now);
    this.#tokens -= 1;
    return this.#tokens >= 0 ? now : now - this.#tokens / this.#perMs;
  }

  #fill(now: number): void {
    if (now > this.#at) {
      const gained = this.#at === Number.NEGATIVE_INFINITY ? 0 : (now - this.#at) * this.#perMs;
      this.#tokens = Math.min(this.#burst, this.#tokens + gained);
      this.#at = now;
    }
  }
}
