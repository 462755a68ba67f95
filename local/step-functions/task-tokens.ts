import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../aws-endpoint/service.ts';
import type { Json } from './json.ts';
import type { StateError } from './state-error.ts';

const ID_BYTES = 18;

/** A task that waits for its token to come back. */
interface TokenHolder {
  succeed(output: Json): void;
  fail(error: StateError): void;
  heartbeat(): void;
}

/**
 * Task tokens. Each is signed, so that a token whose task is over is told from garbage without remembering any: only
 * tasks that wait now are held in memory.
 */
export class TaskTokens {
  readonly #key: Buffer;
  readonly #holders = new Map<string, TokenHolder>();

  /** @param key signs the tokens; the same one over restarts */
  constructor(key: Buffer) {
    this.#key = key;
  }

  mint(): string {
    const id = randomBytes(ID_BYTES);
    return Buffer.concat([id, this.#sign(id)]).toString('base64url');
  }

  hold(token: string, holder: TokenHolder): void {
    this.#holders.set(token, holder);
  }

  release(token: string): void {
    this.#holders.delete(token);
  }

  /**
   * The task that waits for a token.
   * @throws AwsError `InvalidToken` when it was never issued here, `TaskTimedOut` when its task is over
   */
  holderOf(token: string): TokenHolder {
    const holder = this.#holders.get(token);
    if (holder) return holder;
    const bytes = Buffer.from(token, 'base64url');
    const signature = bytes.subarray(ID_BYTES);
    const expected = this.#sign(bytes.subarray(0, ID_BYTES));
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
      throw new AwsError('InvalidToken', 400, `Invalid Token: '${token}'`);
    }
    throw new AwsError('TaskTimedOut', 400, "Task Timed Out: 'Provided task does not exist anymore'");
  }

  #sign(id: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(id).digest();
  }
}
