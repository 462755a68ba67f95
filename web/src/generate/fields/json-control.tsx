import { Textarea } from '@mantine/core';
import { strings } from '../../strings/strings.ts';
import type { JsonField } from '../schema/filter-field.ts';
import type { ControlProps } from './control-props.ts';
import classes from './json-control.module.css';
import { useControl } from './use-control.ts';

/** For what has no control of its own. */
export function JsonControl({ field, values, path, onChange }: ControlProps<JsonField>) {
  const { description, ...control } = useControl(field, path);
  return (
    <Textarea
      {...control}
      description={[description, strings.generate.fields.json].filter(Boolean).join(' ')}
      classNames={{ input: classes.input }}
      rows={5}
      spellCheck={false}
      value={String(values[field.name] ?? '')}
      onChange={(event) => onChange({ [field.name]: event.currentTarget.value })}
    />
  );
}
