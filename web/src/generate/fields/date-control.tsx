import { TextInput } from '@mantine/core';
import type { DateField } from '../schema/filter-field.ts';
import type { ControlProps } from './control-props.ts';
import { useControl } from './use-control.ts';

/** A calendar day, by the browser's own date picker. */
export function DateControl({ field, values, path, onChange }: ControlProps<DateField>) {
  return (
    <TextInput
      {...useControl(field, path)}
      type="date"
      value={String(values[field.name] ?? '')}
      onChange={(event) => onChange({ [field.name]: event.currentTarget.value })}
    />
  );
}
