import { MultiSelect } from '@mantine/core';
import { strings } from '../../strings/strings.ts';
import type { OptionsField } from '../schema/filter-field.ts';
import type { ControlProps } from './control-props.ts';
import { dropdownProps } from './dropdown-props.ts';
import { useControl } from './use-control.ts';

/** Some of a few fixed values. */
export function OptionsControl({ field, values, path, onChange }: ControlProps<OptionsField>) {
  const texts = strings.generate.fields;
  const chosen = values[field.name];
  const texted = Array.isArray(chosen) ? chosen.map(String) : [];
  return (
    <MultiSelect
      {...dropdownProps}
      {...useControl(field, path)}
      placeholder={texted.length === 0 ? (field.isRequired ? texts.choose : texts.any) : undefined}
      searchable
      clearable
      nothingFoundMessage={texts.noChoices}
      data={field.options.map(({ value, label }) => ({ value, label }))}
      value={texted}
      onChange={(next) => onChange({ [field.name]: next })}
      clearButtonProps={{ 'aria-label': texts.clear(field.title) }}
    />
  );
}
