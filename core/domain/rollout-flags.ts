import * as z from 'zod';

/** Rollout flags: three independent switches that take effect without a deployment. They never hide the list. */
export const rolloutFlags = z.object({
  /** New exports are taken. */
  acceptExports: z.boolean(),
  /** Queued exports are started; running ones are never stopped by this. */
  runWorkers: z.boolean(),
  /** Files can be downloaded. */
  allowDownloads: z.boolean(),
});

export type RolloutFlags = z.output<typeof rolloutFlags>;
