import type { FilterField } from '../schema/filter-field.ts';
import type { FilterValues } from '../schema/filter-values.ts';

export interface ControlProps<Field extends FilterField> {
  readonly field: Field;
  /** Of all fields beside it. */
  readonly values: FilterValues;
  /** Where in the request these stand. */
  readonly path: readonly (string | number)[];
  readonly onChange: (change: FilterValues) => void;
}
