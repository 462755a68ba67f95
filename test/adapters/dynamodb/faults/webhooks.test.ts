// @module-tag lost-replies
// @module-tag measured-once
// @module-tag broken-sender

import { describe, expect, it } from 'vitest';
import { TRY_LEASE_MS } from '../../../../core/domain/webhook-delivery.ts';
import { HOUR, T0 } from '../../../support/exports.ts';
import { faults } from '../../../support/faulty-client.ts';
import { dynamoForThisFile, underFaults } from './under-faults.ts';
import { delivery, webhookScenarios } from './webhook-scenarios.ts';

const dynamo = dynamoForThisFile();
underFaults(dynamo, webhookScenarios);

describe('a claim', () => {
  it.each(faults)(
    'whose write meets a %s is nobody’s, and is due again after the lease at the latest',
    async (fault) => {
      const { stores, calls } = await dynamo.open();
      await stores.webhooks.queue(delivery);
      calls.inject(() => fault);
      expect(await stores.webhooks.claim(delivery, T0 + HOUR)).toBeUndefined();
      calls.reset();
      expect(await stores.webhooks.claim(delivery, T0 + HOUR + TRY_LEASE_MS)).toBeDefined();
    },
  );
});
