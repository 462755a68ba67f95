import { setTimeout as sleep } from 'node:timers/promises';
import { ExportFailedError } from '../core/domain/errors.ts';
import type { Attempt } from '../core/domain/export-record.ts';
import type { AttemptStore } from '../core/ports/attempt-store.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { ProgressMeter } from './progress-meter.ts';
import type { Timings } from './timings.ts';

/** Why a run must stop although nothing failed. */
export class RunInterrupted extends Error {
  override readonly name = 'RunInterrupted';
  /**
   * `lost`: another worker may own the export by now; `shutdown`: this process has to end; `given-up`: what it is part of was
   * begun anew, and waits for what this run holds.
   */
  readonly reason: 'cancelled' | 'lost' | 'shutdown' | 'given-up';

  constructor(reason: RunInterrupted['reason'], options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}

interface Options {
  readonly attempts: Pick<AttemptStore, 'heartbeat'>;
  readonly attempt: Pick<Attempt, 'exportId' | 'claim'>;
  readonly meter: ProgressMeter;
  readonly clock: Clock;
  readonly timings: Timings;
  /** Aborted when the process has to end. */
  readonly shutdown: AbortSignal;
}

/**
 * Keeps the lease and reports progress while a run works. Its signal is aborted, with a {@link RunInterrupted} or an
 * ExportFailedError as the reason, as soon as the run must stop.
 */
export class Heartbeat {
  readonly #options: Options;
  readonly #stopping = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #onShutdown = () => this.#stopping.abort(new RunInterrupted('shutdown'));
  #beating: Promise<void> | undefined;
  /** Monotonic, like everything here that lasts: a clock that is set must not end a run. */
  #believedSince = performance.now();

  constructor(options: Options) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), options.timings.heartbeatMs);
    options.shutdown.addEventListener('abort', this.#onShutdown, { once: true });
    if (options.shutdown.aborted) this.#onShutdown();
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Lets a heartbeat that is under way arrive, unless it hangs: it must not renew a lease that is given back after this. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#options.shutdown.removeEventListener('abort', this.#onShutdown);
    if (this.#beating) await Promise.race([this.#beating, sleep(this.#options.timings.heartbeatMs)]);
  }

  #tick(): void {
    const unconfirmedMs = performance.now() - this.#believedSince;
    if (unconfirmedMs >= this.#options.timings.leaseMs) this.#stopping.abort(new RunInterrupted('lost'));
    this.#watchRows();
    this.#beating ??= this.#beat().finally(() => {
      this.#beating = undefined;
    });
  }

  async #beat(): Promise<void> {
    const { attempts, attempt, meter, clock } = this.#options;
    const sentAt = performance.now();
    try {
      const outcome = await attempts.heartbeat(attempt.exportId, attempt.claim, meter.read(), clock.now());
      if (outcome.kind === 'lost') {
        this.#stopping.abort(new RunInterrupted('lost'));
      } else {
        this.#believedSince = sentAt;
        if (outcome.cancelRequested) this.#stopping.abort(new RunInterrupted('cancelled'));
      }
    } catch {
      // The lease outlives many heartbeats; the tick gives up when it has lapsed.
    }
  }

  /** Time before the first row is the query's own, and time after the last is storage's, which puts the parts together. */
  #watchRows(): void {
    const { meter, timings } = this.#options;
    if (meter.idleMs === undefined || meter.waitingFor === 'completion') return;
    if (meter.idleMs < timings.stallMs) return;
    const code = meter.waitingFor === 'source' ? 'source_unavailable' : 'storage_unavailable';
    const cause = new Error(`No row passed for ${timings.stallMs} ms`);
    this.#stopping.abort(new ExportFailedError(code, { retryable: true, cause }));
  }
}
