import * as z from 'zod';
import type { Json } from './json.ts';
import { templatePaths } from './payload-template.ts';
import { parsePath } from './reference-path.ts';

/** Paths of the context object that exist while a state runs; a task has its token besides. */
const CONTEXT_PATH =
  /^\$\$\.(Execution\.(Id|Name|Input\b.*|RoleArn|StartTime)|StateMachine\.(Id|Name)|State\.(Name|EnteredTime|RetryCount)|Map\.Item\.(Index|Value\b.*))$/;

/** What is wrong with a path, if anything. */
export function pathProblem(path: string): string | undefined {
  try {
    if (!parsePath(path).ofContext || CONTEXT_PATH.test(path)) return undefined;
    return `the context object has no ${path} here`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A path into the state's data or, with `$$`, into the context object. */
export const path = z.string().superRefine((value, check) => {
  const problem = pathProblem(value);
  if (problem !== undefined) check.addIssue(problem);
});
/** A path into the state's data. */
export const dataPath = path.refine(
  (value) => !value.startsWith('$$'),
  'must be a path into the data, not into the context',
);

function templateSchema(isKnown: (path: string) => boolean) {
  return z.json().superRefine((value, check) => {
    try {
      for (const read of templatePaths(value as Json)) {
        const problem = isKnown(read) ? undefined : pathProblem(read);
        if (problem !== undefined) check.addIssue(problem);
      }
    } catch (error) {
      check.addIssue(error instanceof Error ? error.message : String(error));
    }
  });
}

/** A payload template whose paths and functions can all be honoured. */
export const template = templateSchema(() => false);

/** The `Parameters` of a task, which may pass on its token. */
export const taskTemplate = templateSchema((path) => path === '$$.Task.Token');
