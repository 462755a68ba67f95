import type { Measure } from '../cloudwatch/metric.ts';
import type { TaskDefinition } from './task-definition.ts';

/** CPU units of one vCPU. */
const UNITS_PER_VCPU = 1024;

/** What a process has used. */
export interface ProcessUsage {
  /** Since it started, on all cores. */
  readonly cpuMs: number;
  /** Now, or at its peak if it has ended. */
  readonly memoryBytes: number;
}

type Capacity = 'OnDemand' | 'Spot';

interface MeteredTask {
  readonly definition: TaskDefinition;
  readonly cluster: string;
  readonly capacity: Capacity;
  usage(): ProcessUsage | undefined;
}

/** Measures the tasks that run, as Container Insights and the usage metrics of Fargate do. */
export interface TaskMetrics {
  /** Returns what is called when the task has ended. */
  started(task: MeteredTask): () => void;
  /** Measures every task that runs now. */
  sample(): void;
}

/**
 * Builds the meter.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/monitoring-fargate-usage.html
 */
export function taskMetrics(measure: Measure): TaskMetrics {
  const running = new Map<MeteredTask, { at: number; cpuMs: number }>();

  function putUsage(task: MeteredTask): void {
    const last = running.get(task);
    const usage = task.usage();
    if (usage === undefined || last === undefined) return;
    const at = performance.now();
    const { cpuUnits, memoryMb, family } = task.definition;
    const cpuShare = at > last.at ? Math.max(0, usage.cpuMs - last.cpuMs) / (at - last.at) : 0;
    running.set(task, { at, cpuMs: usage.cpuMs });
    const ClusterName = nameOf(task.cluster);
    for (const dimensions of [{ ClusterName }, { ClusterName, TaskDefinitionFamily: family }]) {
      const put = (name: string, value: number, unit: string) =>
        measure({ namespace: 'ECS/ContainerInsights', name, dimensions }, value, unit);
      put('MemoryUtilized', usage.memoryBytes / 1024 ** 2, 'Megabytes');
      put('MemoryReserved', memoryMb, 'Megabytes');
      put('CpuUtilized', cpuShare * UNITS_PER_VCPU, 'None');
      put('CpuReserved', cpuUnits, 'None');
    }
  }

  function putCounts(): void {
    const tasks = [...running.keys()];
    for (const capacity of ['OnDemand', 'Spot'] as const) {
      const vcpus = tasks
        .filter((task) => task.capacity === capacity)
        .reduce((sum, { definition }) => sum + definition.cpuUnits / UNITS_PER_VCPU, 0);
      const dimensions = { Service: 'Fargate', Type: 'Resource', Resource: 'vCPU', Class: `Standard/${capacity}` };
      measure({ namespace: 'AWS/Usage', name: 'ResourceCount', dimensions }, vcpus, 'None');
    }
    for (const cluster of new Set(tasks.map((task) => nameOf(task.cluster)))) {
      const count = tasks.filter((task) => nameOf(task.cluster) === cluster).length;
      const metric = { namespace: 'ECS/ContainerInsights', name: 'TaskCount', dimensions: { ClusterName: cluster } };
      measure(metric, count, 'Count');
    }
  }

  return {
    started(task) {
      running.set(task, { at: performance.now(), cpuMs: 0 });
      putCounts();
      return () => {
        putUsage(task);
        running.delete(task);
      };
    },
    sample() {
      for (const task of running.keys()) putUsage(task);
      putCounts();
    },
  };
}

/** A cluster's ARN ends in its name. */
function nameOf(cluster: string): string {
  return cluster.slice(cluster.lastIndexOf('/') + 1);
}
