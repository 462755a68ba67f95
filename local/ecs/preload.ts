/**
 * Loaded into a task's process before the worker, and into threads the worker starts: lets `Date` follow the local
 * clock, and ends the task when its host is gone.
 */
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';
import { installShiftedDate } from '../shifted-date.ts';

/** Of the clock when the task starts; defined before this program by whoever starts it. */
declare const startOffsetMs: number;

/** Where the main thread leaves the shared offset for threads the worker starts. */
const CLOCK_OFFSET_KEY = 'waybill:clock-offset';

/** The host's message over IPC after every advance of the local clock. */
export interface ClockOffsetMessage {
  readonly clockOffsetMs: number;
}

/** The task's message when it ends. */
export interface UsageMessage {
  readonly usage: { readonly cpuMs: number; readonly memoryBytes: number };
}

function isClockOffset(message: unknown): message is ClockOffsetMessage {
  return typeof message === 'object' && message !== null && 'clockOffsetMs' in message;
}

function followHost(): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
  const offset = new BigInt64Array(shared);
  Atomics.store(offset, 0, BigInt(startOffsetMs));
  setEnvironmentData(CLOCK_OFFSET_KEY, shared);

  process.on('message', (message) => {
    if (isClockOffset(message)) Atomics.store(offset, 0, BigInt(message.clockOffsetMs));
  });
  process.on('exit', () => {
    const { maxRSS: peakKib, userCPUTime, systemCPUTime } = process.resourceUsage();
    const message: UsageMessage = {
      usage: { cpuMs: (userCPUTime + systemCPUTime) / 1000, memoryBytes: peakKib * 1024 },
    };
    if (process.connected) process.send?.(message);
  });
  // Nobody is left who could stop this task or see its end: it goes, with every process of its group.
  process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
  // The channel alone must not keep a finished worker alive.
  process.channel?.unref();
  return shared;
}

const shared = isMainThread ? followHost() : (getEnvironmentData(CLOCK_OFFSET_KEY) as SharedArrayBuffer);
const offset = new BigInt64Array(shared);
installShiftedDate(() => Number(Atomics.load(offset, 0)));
