import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CoverageEntry, CrashCoverage, coverageReport } from './crash-coverage.ts';

/** What is known is of one build of the product alone: any change of it may change what breaks. */
interface Line {
  readonly build: string;
  readonly entry: CoverageEntry;
}

/**
 * The trials of all runs, a line each, so that runs go on where others ended; several may write at once. Beside it lies
 * the report that people read.
 */
export class CrashRecord {
  readonly #trials: string;
  readonly #report: string;
  readonly #build: string;

  /** @param build what the product is built from; trials of other builds are kept, and not counted */
  constructor(directory: string, build: string) {
    mkdirSync(directory, { recursive: true });
    this.#trials = join(directory, 'trials.jsonl');
    this.#report = join(directory, 'coverage.md');
    this.#build = build;
  }

  add(entry: CoverageEntry): void {
    const line: Line = { build: this.#build, entry };
    appendFileSync(this.#trials, `${JSON.stringify(line)}\n`);
  }

  /** What all runs of this build have come to so far. */
  coverage(): CrashCoverage {
    if (!existsSync(this.#trials)) return new CrashCoverage();
    const lines = readFileSync(this.#trials, 'utf8').split('\n').filter(Boolean);
    const entries = lines.map((line) => JSON.parse(line) as Line).filter(({ build }) => build === this.#build);
    return new CrashCoverage(entries.map(({ entry }) => entry));
  }

  /** @returns the report */
  writeReport(): string {
    const report = coverageReport(this.coverage());
    writeFileSync(this.#report, `${report}\n`);
    return report;
  }
}
