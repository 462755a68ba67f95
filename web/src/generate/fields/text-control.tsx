import { Textarea, TextInput } from '@mantine/core';
import type { TextField } from '../schema/filter-field.ts';
import type { ControlProps } from './control-props.ts';
import { useControl } from './use-control.ts';

const LONG_TEXT_CHARACTERS = 200;

/** Text on one line, or on several where there is room for much. */
export function TextControl({ field, values, path, onChange }: ControlProps<TextField>) {
  const control = useControl(field, path);
  const value = String(values[field.name] ?? '');
  if ((field.maxLength ?? 0) > LONG_TEXT_CHARACTERS) {
    return (
      <Textarea
        {...control}
        rows={3}
        value={value}
        onChange={(event) => onChange({ [field.name]: event.currentTarget.value })}
      />
    );
  }
  return (
    <TextInput {...control} value={value} onChange={(event) => onChange({ [field.name]: event.currentTarget.value })} />
  );
}
