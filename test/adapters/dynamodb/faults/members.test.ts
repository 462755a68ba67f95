// @module-tag lost-replies
// @module-tag measured-once
// @module-tag broken-sender

import { memberScenarios } from './member-scenarios.ts';
import { dynamoForThisFile, underFaults } from './under-faults.ts';

underFaults(dynamoForThisFile(), memberScenarios);
