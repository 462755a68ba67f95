import { Checkbox, Select } from '@mantine/core';
import { strings } from '../../strings/strings.ts';
import type { BooleanField } from '../schema/filter-field.ts';
import type { ControlProps } from './control-props.ts';
import { dropdownProps } from './dropdown-props.ts';
import { useControl } from './use-control.ts';

/** Yes or no; or neither, where the report makes a difference. */
export function BooleanControl({ field, values, path, onChange }: ControlProps<BooleanField>) {
  const control = useControl(field, path);
  const value = values[field.name];
  const texts = strings.generate.fields;
  if (!field.mayBeLeftOut) {
    const { required: _, ...common } = control;
    return (
      <Checkbox
        {...common}
        checked={value === true}
        onChange={(event) => onChange({ [field.name]: event.currentTarget.checked })}
      />
    );
  }
  return (
    <Select
      {...dropdownProps}
      {...control}
      placeholder={texts.any}
      clearable
      data={[
        { value: 'true', label: texts.yes },
        { value: 'false', label: texts.no },
      ]}
      value={typeof value === 'boolean' ? String(value) : null}
      onChange={(chosen) => onChange({ [field.name]: chosen === null ? '' : chosen === 'true' })}
      clearButtonProps={{ 'aria-label': texts.clear(field.title) }}
    />
  );
}
