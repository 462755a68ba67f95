import type { AlarmName } from '../../core/contract/alarms.ts';
import type { AlarmDefinition } from './alarm-definition.ts';
import { executionAlarms } from './alarms/execution-alarms.ts';
import { queueAlarms } from './alarms/queue-alarms.ts';
import { serviceAlarms } from './alarms/service-alarms.ts';
import type { MonitoredParts } from './monitored-parts.ts';

/** Every alarm there is. One that has no name in the contract, or a name that has no alarm, is not compiled. */
export function alarmCatalogue(parts: MonitoredParts): Readonly<Record<AlarmName, AlarmDefinition>> {
  return { ...queueAlarms(parts), ...executionAlarms(parts), ...serviceAlarms(parts) };
}
