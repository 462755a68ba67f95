import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

const LOOK_MS = 20;
const TICKS_A_SECOND = 100;

interface Stat {
  readonly name: string;
  readonly parent: number;
  /** Its own, and that of children that have ended. */
  readonly cpuSeconds: number;
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function readStat(pid: number): Stat {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const nameEnd = stat.lastIndexOf(')');
  const fields = stat
    .slice(nameEnd + 2)
    .split(' ')
    .map(Number);
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15);
  return {
    name: stat.slice(stat.indexOf('(') + 1, nameEnd),
    parent: fields[1] ?? 0,
    cpuSeconds: (user + system + childrenUser + childrenSystem) / TICKS_A_SECOND,
  };
}

/** `VmHWM` is the most memory that a process has had, `VmRSS` what it has now. */
function readMegabytes(pid: number, field: 'VmHWM' | 'VmRSS'): number | undefined {
  const found = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return found === undefined ? undefined : Number(found) / 1024;
}

/**
 * What a process uses until it is gone, with the processor time of children that it has waited for: looked up so often
 * that no more than its last moment is missed.
 */
export function watchProcess(pid: number): () => Usage {
  let last: Usage = { cpuSeconds: 0, peakMegabytes: 0 };
  const look = () => {
    try {
      const { cpuSeconds } = readStat(pid);
      const peakMegabytes = readMegabytes(pid, 'VmHWM');
      // What has ended and not been taken notice of has no memory any more.
      if (peakMegabytes !== undefined) last = { cpuSeconds, peakMegabytes };
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

/** Processor time of all processes together, and the memory of the largest. */
export function usageOfAll(usages: readonly Usage[]): Usage {
  return {
    cpuSeconds: usages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    peakMegabytes: Math.max(0, ...usages.map(({ peakMegabytes }) => peakMegabytes)),
  };
}

/**
 * Who works while an export runs, beside its worker: this process, which is the local cloud with its storage and its
 * functions; the database with all of its backends; the table's database; and whatever else the machine does.
 */
export const parties = ['cloud', 'database', 'records', 'others'] as const;

export type Party = (typeof parties)[number];

/** A look takes 5 ms, at every process of the machine. */
const PARTY_LOOK_MS = 500;

/** Megabytes of the database are those of its largest process; of what else the machine does they are not known. */
export function watchParties(): (client: number) => Record<Party, Usage> {
  const children = childrenOf(process.pid);
  // A shell stands between.
  const pidOf = (name: string) =>
    [...children, ...children.filter((child) => child.name === 'sh').flatMap(({ pid }) => childrenOf(pid))].find(
      (child) => child.name.startsWith(name),
    )?.pid;
  const [postgres, dynoxide] = [pidOf('postgres'), pidOf('dynoxide')];
  const read = () => ({
    cloud: ownCpuSeconds(),
    database: postgres === undefined ? 0 : cpuWithChildren(postgres),
    records: dynoxide === undefined ? 0 : readStat(dynoxide).cpuSeconds,
    machine: machineCpuSeconds(),
  });
  const peaks = { cloud: 0, database: 0, records: 0 };
  const look = () => {
    const backends = postgres === undefined ? [] : childrenOf(postgres).map(({ pid }) => pid);
    const processes = { cloud: [process.pid], database: backends, records: dynoxide === undefined ? [] : [dynoxide] };
    for (const [party, pids] of Object.entries(processes)) {
      const most = Math.max(0, ...pids.map((pid) => attempt(() => readMegabytes(pid, 'VmRSS')) ?? 0));
      peaks[party as keyof typeof peaks] = Math.max(peaks[party as keyof typeof peaks], most);
    }
  };
  const before = read();
  const timer = setInterval(look, PARTY_LOOK_MS);
  look();
  return (client) => {
    clearInterval(timer);
    look();
    const after = read();
    const cloud = after.cloud - before.cloud;
    const database = after.database - before.database;
    const records = after.records - before.records;
    const others = Math.max(0, after.machine - before.machine - client - cloud - database - records);
    return {
      cloud: { cpuSeconds: cloud, peakMegabytes: peaks.cloud },
      database: { cpuSeconds: database, peakMegabytes: peaks.database },
      records: { cpuSeconds: records, peakMegabytes: peaks.records },
      others: { cpuSeconds: others, peakMegabytes: 0 },
    };
  };
}

function childrenOf(parent: number): readonly { readonly pid: number; readonly name: string }[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    const stat = attempt(() => readStat(Number(entry)));
    return stat?.parent === parent ? [{ pid: Number(entry), name: stat.name }] : [];
  });
}

/** Backends that have ended are in their parent's account, so nothing is missed and nothing counted twice. */
function cpuWithChildren(pid: number): number {
  const live = childrenOf(pid).map((child) => attempt(() => readStat(child.pid))?.cpuSeconds ?? 0);
  return readStat(pid).cpuSeconds + live.reduce((sum, seconds) => sum + seconds, 0);
}

function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** All that is not idle, waiting or stolen. @see https://man7.org/linux/man-pages/man5/proc_stat.5.html */
function machineCpuSeconds(): number {
  const [, ...fields] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/);
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0] = fields.map(Number);
  return (user + nice + system + interrupts + softInterrupts) / TICKS_A_SECOND;
}

/** Undefined when the process has just ended. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
