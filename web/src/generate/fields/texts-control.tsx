import { TagsInput } from '@mantine/core';
import { strings } from '../../strings/strings.ts';
import type { TextsField } from '../schema/filter-field.ts';
import type { ControlProps } from './control-props.ts';
import { dropdownProps } from './dropdown-props.ts';
import { useControl } from './use-control.ts';

/** Several texts of one's own. */
export function TextsControl({ field, values, path, onChange }: ControlProps<TextsField>) {
  const texts = strings.generate.fields;
  const given = values[field.name];
  const value = Array.isArray(given) ? given.map(String) : [];
  return (
    <TagsInput
      {...dropdownProps}
      {...useControl(field, path)}
      placeholder={value.length === 0 ? texts.addTexts : undefined}
      clearable
      value={value}
      onChange={(next) => onChange({ [field.name]: next })}
      clearButtonProps={{ 'aria-label': texts.clear(field.title) }}
    />
  );
}
