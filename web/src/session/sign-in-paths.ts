import type { CALLBACK_PATH as Callback, SIGNED_OUT_PATH as SignedOut } from '../../../core/contract/sign-in-paths.ts';

/** Where the identity provider sends people to after a sign-in. */
export const CALLBACK_PATH: typeof Callback = '/signed-in';

/** Where it sends them to after they have signed out. */
export const SIGNED_OUT_PATH: typeof SignedOut = '/signed-out';
