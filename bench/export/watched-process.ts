import { readFileSync } from 'node:fs';

export interface Usage {
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

const LOOK_MS = 20;
const TICKS_A_SECOND = 100;

/**
 * What a process uses, children apart, until it is gone: looked up so often that no more than its last moment is missed.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export function watchProcess(pid: number): () => Usage {
  let last: Usage = { cpuSeconds: 0, peakMegabytes: 0 };
  const look = () => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      // What has ended and not been taken notice of has no memory any more.
      if (peak === undefined) return;
      last = {
        cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND,
        peakMegabytes: Number(peak) / 1024,
      };
    } catch {
      clearInterval(timer);
    }
  };
  const timer = setInterval(look, LOOK_MS);
  look();
  return () => {
    clearInterval(timer);
    return last;
  };
}
