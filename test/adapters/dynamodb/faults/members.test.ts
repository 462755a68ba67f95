import { memberScenarios } from './member-scenarios.ts';
import { dynamoForThisFile, underFaults } from './under-faults.ts';

underFaults(dynamoForThisFile(), memberScenarios);
