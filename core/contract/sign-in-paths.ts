/** Where the identity provider sends people back to. */
export const CALLBACK_PATH = '/signed-in';
/** Where it sends people after they left. */
export const SIGNED_OUT_PATH = '/signed-out';
