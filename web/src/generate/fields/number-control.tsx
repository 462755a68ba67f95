import { NumberInput } from '@mantine/core';
import type { NumberField } from '../schema/filter-field.ts';
import type { ControlProps } from './control-props.ts';
import { useControl } from './use-control.ts';

/** A number as it is typed; one that is out of bounds is told, not changed. */
export function NumberControl({ field, values, path, onChange }: ControlProps<NumberField>) {
  const value = values[field.name];
  return (
    <NumberInput
      {...useControl(field, path)}
      allowDecimal={!field.isInteger}
      allowNegative={field.minimum === undefined || field.minimum < 0}
      clampBehavior="none"
      hideControls
      {...(field.minimum !== undefined && { min: field.minimum })}
      {...(field.maximum !== undefined && { max: field.maximum })}
      value={typeof value === 'number' || typeof value === 'string' ? value : ''}
      onChange={(typed) => onChange({ [field.name]: typed })}
    />
  );
}
