// @module-tag lost-replies
// @module-tag measured-once
// @module-tag broken-sender

import { notificationScenarios } from './notification-scenarios.ts';
import { dynamoForThisFile, underFaults } from './under-faults.ts';

underFaults(dynamoForThisFile(), notificationScenarios);
