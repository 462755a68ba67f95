import { Select } from '@mantine/core';
import { strings } from '../../strings/strings.ts';
import type { OptionField } from '../schema/filter-field.ts';
import type { ControlProps } from './control-props.ts';
import { dropdownProps } from './dropdown-props.ts';
import { useControl } from './use-control.ts';

const MANY_OPTIONS = 8;

/** One of a few fixed values. */
export function OptionControl({ field, values, path, onChange }: ControlProps<OptionField>) {
  const texts = strings.generate.fields;
  return (
    <Select
      {...dropdownProps}
      {...useControl(field, path)}
      placeholder={field.isRequired ? texts.choose : texts.any}
      searchable={field.options.length > MANY_OPTIONS}
      clearable={!field.isRequired}
      allowDeselect={!field.isRequired}
      nothingFoundMessage={texts.noChoices}
      data={field.options.map(({ value, label }) => ({ value, label }))}
      value={String(values[field.name] || '') || null}
      onChange={(chosen) => onChange({ [field.name]: chosen ?? '' })}
      clearButtonProps={{ 'aria-label': texts.clear(field.title) }}
    />
  );
}
