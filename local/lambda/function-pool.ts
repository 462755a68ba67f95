import type { FunctionThread, Invocation } from './function-thread.ts';

interface PoolOptions {
  /** Threads at the same time. */
  readonly limit: number;
  /** How long a thread may wait for its next invocation, by the machine's clock. */
  readonly idleSeconds: number;
  readonly startThread: () => FunctionThread;
}

/** The threads of one function: started when needed, reused while warm, ended when idle for long. */
export class FunctionPool {
  readonly #options: PoolOptions;
  readonly #threads = new Set<FunctionThread>();
  readonly #idle = new Map<FunctionThread, NodeJS.Timeout>();
  /** Calls that wait for a thread, first come first. */
  readonly #queue: ((thread: FunctionThread) => void)[] = [];

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Threads alive, busy or idle. */
  get size(): number {
    return this.#threads.size;
  }

  /** Invocations under way, and those that wait for a thread. */
  get busy(): number {
    return this.#threads.size - this.#idle.size + this.#queue.length;
  }

  /**
   * Runs one invocation as soon as a thread is free, in the order of the calls.
   * @param signal drops the invocation while it waits; a running one goes on to its end
   * @returns what the handler returned, as JSON
   * @throws FunctionError, or the signal's reason
   */
  async invoke(invocation: Invocation, signal: AbortSignal | undefined): Promise<string> {
    signal?.throwIfAborted();
    const thread = this.#takeIdle() ?? this.#startThread() ?? (await this.#nextFree(signal));
    try {
      return await thread.invoke(invocation);
    } finally {
      this.#release(thread);
    }
  }

  /** Ends every thread, whatever it is doing. */
  async endThreads(): Promise<void> {
    await Promise.all([...this.#threads].map((thread) => this.#end(thread)));
  }

  #takeIdle(): FunctionThread | undefined {
    for (const [thread, timer] of this.#idle) {
      clearTimeout(timer);
      this.#idle.delete(thread);
      if (!thread.ended) return thread;
      this.#threads.delete(thread);
    }
    return undefined;
  }

  #startThread(): FunctionThread | undefined {
    if (this.#threads.size >= this.#options.limit) return undefined;
    const thread = this.#options.startThread();
    this.#threads.add(thread);
    return thread;
  }

  #nextFree(signal: AbortSignal | undefined): Promise<FunctionThread> {
    return new Promise((resolve, reject) => {
      const drop = () => {
        this.#queue.splice(this.#queue.indexOf(take), 1);
        reject(signal?.reason);
      };
      const take = (thread: FunctionThread) => {
        signal?.removeEventListener('abort', drop);
        resolve(thread);
      };
      signal?.addEventListener('abort', drop, { once: true });
      this.#queue.push(take);
    });
  }

  #release(thread: FunctionThread): void {
    if (thread.ended) this.#threads.delete(thread);
    const [next] = this.#queue;
    const free = thread.ended ? next && this.#startThread() : thread;
    if (next !== undefined && free !== undefined) {
      this.#queue.shift();
      next(free);
    } else if (!thread.ended) {
      this.#rest(thread);
    }
  }

  #rest(thread: FunctionThread): void {
    const timer = setTimeout(() => void this.#end(thread), this.#options.idleSeconds * 1000);
    timer.unref();
    this.#idle.set(thread, timer);
  }

  async #end(thread: FunctionThread): Promise<void> {
    clearTimeout(this.#idle.get(thread));
    this.#idle.delete(thread);
    this.#threads.delete(thread);
    await thread.terminate();
  }
}
