import { controlId } from '../form/control-id.ts';
import type { FilterField } from '../schema/filter-field.ts';
import { pointerTo } from '../schema/json-pointer.ts';
import { useFieldSurroundings } from './field-context.ts';

/** What every control of a form is given: its label, its help, its mistake. */
export function useControl(field: FilterField, path: readonly (string | number)[]) {
  const { errors } = useFieldSurroundings();
  const pointer = pointerTo(...path, field.name);
  return {
    id: controlId(pointer),
    label: field.title,
    description: field.description,
    required: field.isRequired,
    error: errors.get(pointer),
  };
}
