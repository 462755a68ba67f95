import { Select, TextInput } from '@mantine/core';
import type { Period } from '../../../../core/domain/period.ts';
import { strings } from '../../strings/strings.ts';
import { controlId } from '../form/control-id.ts';
import type { DateRangeField } from '../schema/filter-field.ts';
import { CUSTOM_RANGE } from '../schema/filter-values.ts';
import { pointerTo } from '../schema/json-pointer.ts';
import { inWords } from '../schema/words.ts';
import type { ControlProps } from './control-props.ts';
import classes from './date-range-control.module.css';
import { dropdownProps } from './dropdown-props.ts';
import { useFieldSurroundings } from './field-context.ts';
import { useControl } from './use-control.ts';

/** For `''`: a Select takes it for nothing chosen. */
const ANY_TIME = 'any';

/** A period such as last month, or a first and a last day. */
export function DateRangeControl({ field, values, path, onChange }: ControlProps<DateRangeField>) {
  const { errors, timeZone } = useFieldSurroundings();
  const texts = strings.generate.fields;
  const periodWords: Readonly<Partial<Record<string, string>>> = strings.generate.periods satisfies Record<
    Period,
    string
  >;
  const period = String(values[field.name] || ANY_TIME);
  const day = (name: string, label: string) => (
    <TextInput
      id={controlId(pointerTo(...path, name))}
      type="date"
      label={label}
      aria-label={`${field.title}: ${label}`}
      value={String(values[name] ?? '')}
      error={errors.get(pointerTo(...path, name))}
      onChange={(event) => onChange({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <div>
      <Select
        {...dropdownProps}
        {...useControl(field, path)}
        description={texts.daysIn(timeZone)}
        allowDeselect={false}
        data={[
          // Where a period is there by default, leaving it out would not mean any time.
          ...(field.byDefault === undefined && !field.isRequired ? [{ value: ANY_TIME, label: texts.anyTime }] : []),
          ...field.periods.map((value) => ({ value, label: periodWords[value] ?? inWords(value) })),
          { value: CUSTOM_RANGE, label: texts.custom },
        ]}
        value={period}
        onChange={(chosen) => onChange({ [field.name]: chosen === ANY_TIME || chosen === null ? '' : chosen })}
      />
      {period === CUSTOM_RANGE && (
        <div className={classes.days}>
          {day(field.from, texts.from)}
          {day(field.to, texts.to)}
        </div>
      )}
    </div>
  );
}
