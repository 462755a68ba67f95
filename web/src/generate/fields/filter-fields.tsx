import { strings } from '../../strings/strings.ts';
import { Section } from '../form/section.tsx';
import type { FilterField } from '../schema/filter-field.ts';
import type { FilterValues } from '../schema/filter-values.ts';
import { useFieldSurroundings } from './field-context.ts';
import { FilterFieldControl } from './filter-field-control.tsx';

export interface FilterFieldsProps {
  readonly fields: readonly FilterField[];
  readonly values: FilterValues;
  readonly path: readonly (string | number)[];
  readonly onChange: (change: FilterValues) => void;
}

/** A report's own fields. */
export function FilterFields({ fields, values, path, onChange }: FilterFieldsProps) {
  const { scope } = useFieldSurroundings();
  if (fields.length === 0) return null;

  /** What was chosen for one event is nothing of another's: ticket types, sponsors. */
  const withoutDependents = (change: FilterValues): FilterValues => {
    if (scope === undefined || !(scope in change)) return change;
    const dependents = fields.filter(({ kind, name }) => kind === 'choice' && name !== scope);
    const cleared = dependents.map((field) => [field.name, field.kind === 'choice' && field.isSeveral ? [] : '']);
    return { ...Object.fromEntries(cleared), ...change };
  };

  return (
    <Section title={strings.generate.form.filters}>
      {fields.map((field) => (
        <FilterFieldControl
          key={field.name}
          field={field}
          values={values}
          path={path}
          onChange={(change) => onChange(withoutDependents(change))}
        />
      ))}
    </Section>
  );
}
