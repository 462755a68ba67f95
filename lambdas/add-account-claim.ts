import { readEnvironment } from '../core/contract/env.ts';
import { tokenGeneration } from '../core/contract/payloads.ts';
import { stepHandler } from './middleware/step-handler.ts';

readEnvironment('add-account-claim');

/** Called by Cognito before it issues tokens: access tokens name the account, which is an attribute of the user. */
export const handler = stepHandler('add-account-claim', tokenGeneration, async (event) => {
  const accountId = event.request.userAttributes['custom:account_id'];
  // Without an account there is no membership to be found, so the API refuses the token by itself.
  const claimsToAddOrOverride = accountId === undefined ? {} : { account_id: accountId };
  return {
    ...event,
    response: { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride } } },
  };
});
