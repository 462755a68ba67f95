import { apiScenarios } from './api-scenarios.ts';
import { exportScenarios } from './export-scenarios.ts';
import { partitionScenarios } from './partition-scenarios.ts';
import { queueScenarios } from './queue-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { sweepScenarios } from './sweep-scenarios.ts';

/** All scenarios; together they make every call that a function or the worker ever makes. */
export const scenarios: readonly Scenario[] = [
  ...exportScenarios,
  ...queueScenarios,
  ...sweepScenarios,
  ...apiScenarios,
  ...partitionScenarios,
];
