import type { FunctionErrorPayload } from './function-error.ts';

/** What a function's thread is given at its start. */
export interface ThreadStart {
  /** One 64-bit integer: how many milliseconds the local clock is ahead. Shared, so an advance is seen at once. */
  readonly clockOffset: SharedArrayBuffer;
  readonly codeDirectory: string;
  readonly handler: string;
}

/** One invocation, from the host to the thread. */
export interface InvocationMessage {
  readonly requestId: string;
  readonly invokedFunctionArn: string;
  /** The event as JSON, so that the handler sees what JSON can carry and nothing else. */
  readonly eventJson: string;
  readonly timeoutMs: number;
}

/**
 * From the thread to the host: `ready` once, then an outcome for each invocation. `crashed` reports an error outside
 * the handler, in loading it or in something it left behind; the host then ends the thread.
 */
export type ThreadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'succeeded'; readonly payloadJson: string }
  | { readonly kind: 'failed' | 'crashed'; readonly error: FunctionErrorPayload };
