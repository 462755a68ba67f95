import { httpWebhookSender } from '../adapters/webhooks/sender.ts';
import { standardSigner } from '../adapters/webhooks/signer.ts';
import { readEnvironment } from '../core/contract/env.ts';
import { exportInput } from '../core/contract/payloads.ts';
import { deliverDueWebhooks, deliverWebhooksOf } from '../core/usecases/deliver-webhooks.ts';
import { logger } from './middleware/request-log.ts';
import { stepHandler } from './middleware/step-handler.ts';
import { clock, tableStores } from './services.ts';

const env = readEnvironment('deliver-webhooks');
const { webhooks, exports: store } = tableStores(env);
const deps = {
  webhooks,
  store,
  sender: httpWebhookSender({ allowPrivate: env.WEBHOOKS_ALLOW_PRIVATE }),
  signer: standardSigner,
  clock,
  random: Math.random,
};

/** What the schedule sends names no export. */
const input = exportInput.optional().catch(undefined);

/** After an export's ending what is sent about that, and every minute all tries that are due. */
export const handler = stepHandler('deliver-webhooks', input, async (ref) => {
  const { failures, ...report } = await (ref ? deliverWebhooksOf(deps, ref) : deliverDueWebhooks(deps));
  logger.info('webhooks delivered', report);
  for (const failure of failures) logger.error('a try could not be made', failure as Error);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} tries could not be made`);
});
