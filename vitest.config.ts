import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { promiseSections } from './test/acceptance/promises.ts';

/** Whole clouds take minutes: what starts last would otherwise run alone, while the other workers have nothing to do. */
const longFirst = ['/test/e2e/alarms', '/test/browser/states', '/test/proof/', '/test/browser/', '/test/e2e/'];

class LongFirstSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = longFirst.findIndex((folder) => moduleId.includes(folder));
      return place === -1 ? longFirst.length : place;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

/**
 * Whole clouds, and handlers that read their environment when they are loaded: each file has a process of its own. All others
 * share the modules of theirs, which are not loaded anew for each file, and therefore take back what they replace.
 */
const isolated = ['proof', 'browser', 'e2e', 'matrix', 'lambdas'].map((room) => `test/${room}/**/*.test.ts`);

/** What can be said only when all other tests have run: it judges what they have recorded. */
const closing = 'test/closing/*.test.ts';

export default defineConfig({
  test: {
    tags: promiseSections.flatMap(({ promises }) =>
      Object.entries(promises).map(([name, { promise: description }]) => ({ name, description })),
    ),
    globalSetup: 'test/support/global-setup.ts',
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: [closing, ...isolated],
          sequence: { groupOrder: 0 },
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'isolated', include: isolated, sequence: { groupOrder: 0 } },
      },
      { extends: true, test: { name: 'closing', include: [closing], sequence: { groupOrder: 1 } } },
    ],
    reporters: ['default', ['json', { outputFile: '.build/test-results.json' }]],
    sequence: { sequencer: LongFirstSequencer },
    // Several files start servers and databases of their own, and wait for them more than they compute: two cores hold four.
    maxWorkers: 4,
    // Far longer than anything takes, for machines that are busy with other things: no test is about time.
    testTimeout: 60_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 15_000 } },
  },
});
