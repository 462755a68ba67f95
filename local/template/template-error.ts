/** Where something stands in a template. */
export interface Place {
  /** The resource, parameter or condition. */
  readonly logicalId: string;
  /** Inside it, e.g. `Properties.Environment.Variables.TABLE_NAME`; empty for it as a whole. */
  readonly path: string;
}

/** One thing in a template that the local cloud cannot honour. */
export interface TemplateProblem extends Place {
  readonly message: string;
}

/** Stops start-up: what is deployed could not be what runs here. Names every problem that was found. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly problems: readonly TemplateProblem[];

  constructor(problems: readonly TemplateProblem[]) {
    const lines = problems.map(({ logicalId, path, message }) => `  ${logicalId}${path && ` at ${path}`}: ${message}`);
    super(`The local cloud cannot run this template:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

/** A {@link TemplateError} with a single problem. */
export function problem(place: Place, message: string): TemplateError {
  return new TemplateError([{ logicalId: place.logicalId, path: place.path, message }]);
}

/** Runs `read` for each item and throws the problems of all together, so that one start names every mistake. */
export function collectProblems<Item, Result>(items: Iterable<Item>, read: (item: Item) => Result): Result[] {
  const results: Result[] = [];
  const problems: TemplateProblem[] = [];
  for (const item of items) {
    try {
      results.push(read(item));
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new TemplateError(problems);
  return results;
}
