import type { FilterField } from '../schema/filter-field.ts';
import { BooleanControl } from './boolean-control.tsx';
import { ChoiceControl } from './choice-control.tsx';
import type { ControlProps } from './control-props.ts';
import { DateControl } from './date-control.tsx';
import { DateRangeControl } from './date-range-control.tsx';
import { JsonControl } from './json-control.tsx';
import { ListControl } from './list-control.tsx';
import { NumberControl } from './number-control.tsx';
import { OptionControl } from './option-control.tsx';
import { OptionsControl } from './options-control.tsx';
import { TextControl } from './text-control.tsx';
import { TextsControl } from './texts-control.tsx';

/** The control that fits a field. */
export function FilterFieldControl({ field, ...props }: ControlProps<FilterField>) {
  switch (field.kind) {
    case 'dateRange':
      return <DateRangeControl field={field} {...props} />;
    case 'choice':
      return <ChoiceControl field={field} {...props} />;
    case 'option':
      return <OptionControl field={field} {...props} />;
    case 'options':
      return <OptionsControl field={field} {...props} />;
    case 'number':
      return <NumberControl field={field} {...props} />;
    case 'boolean':
      return <BooleanControl field={field} {...props} />;
    case 'text':
      return <TextControl field={field} {...props} />;
    case 'date':
      return <DateControl field={field} {...props} />;
    case 'texts':
      return <TextsControl field={field} {...props} />;
    case 'list':
      return <ListControl field={field} {...props} renderField={(member) => <FilterFieldControl {...member} />} />;
    case 'json':
      return <JsonControl field={field} {...props} />;
  }
}
