import * as z from 'zod';
import { httpWebhookSender } from '../adapters/webhooks/sender.ts';
import { standardSigner } from '../adapters/webhooks/signer.ts';
import { readEnvironment } from '../core/contract/env.ts';
import { deliverWebhooks } from '../core/usecases/deliver-webhooks.ts';
import { logger } from './middleware/request-log.ts';
import { stepHandler } from './middleware/step-handler.ts';
import { clock, tableStores } from './services.ts';

const env = readEnvironment('deliver-webhooks');
const deps = {
  webhooks: tableStores(env).webhooks,
  sender: httpWebhookSender({ allowPrivate: env.WEBHOOKS_ALLOW_PRIVATE }),
  signer: standardSigner,
  clock,
  random: Math.random,
};

/** Every minute: the tries that are due. */
export const handler = stepHandler('deliver-webhooks', z.unknown(), async () => {
  const { failures, ...report } = await deliverWebhooks(deps);
  logger.info('webhooks delivered', report);
  for (const failure of failures) logger.error('a try could not be made', failure as Error);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} tries could not be made`);
});
