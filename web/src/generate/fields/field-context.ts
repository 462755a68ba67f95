import { createContext, use } from 'react';
import type { Json } from '../schema/json-schema.ts';

/** What fields know of the form they stand in. */
export interface FieldSurroundings {
  readonly reportId: string;
  /** In which dates are understood. */
  readonly timeZone: string;
  /** The filter that says what the report is about. */
  readonly scope: string | undefined;
  /** Whether that has been decided by where the form was opened. */
  readonly isScopeFixed: boolean;
  /** What is wrong, by the pointer of the control. */
  readonly errors: ReadonlyMap<string, string>;
  /** The filters on which choices may depend, as far as they are filled in and right. */
  readonly choiceFilters: Readonly<Record<string, Json>>;
}

export const FieldContext = createContext<FieldSurroundings | undefined>(undefined);

export function useFieldSurroundings(): FieldSurroundings {
  const surroundings = use(FieldContext);
  if (surroundings === undefined) throw new Error('There is no form around this field.');
  return surroundings;
}
