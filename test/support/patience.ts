/** How long a test waits for what must happen: far longer than it takes, for machines that are busy with other things. */
export const PATIENCE = { timeout: 15_000 } as const;
