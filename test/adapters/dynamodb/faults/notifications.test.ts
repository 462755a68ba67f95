import { notificationScenarios } from './notification-scenarios.ts';
import { dynamoForThisFile, underFaults } from './under-faults.ts';

underFaults(dynamoForThisFile(), notificationScenarios);
