import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', ['json', { outputFile: '.build/test-results.json' }]],
    // Several files start servers and databases of their own, and wait for them more than they compute: two cores hold three.
    maxWorkers: 3,
    // Far longer than anything takes, for machines that are busy with other things: no test is about time.
    testTimeout: 60_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 15_000 } },
  },
});
