import { ActionIcon, Button, Group, Input } from '@mantine/core';
import { type Icon, IconArrowDown, IconArrowUp, IconPlus, IconX } from '@tabler/icons-react';
import { Fragment, type ReactNode } from 'react';
import { strings } from '../../strings/strings.ts';
import { moved } from '../form/column-order.ts';
import { type FilterField, itemFields, type ListField } from '../schema/filter-field.ts';
import { emptyValues, type FilterValues, type ListItem, newItem } from '../schema/filter-values.ts';
import type { ControlProps } from './control-props.ts';
import classes from './list-control.module.css';
import { useControl } from './use-control.ts';

export interface ListControlProps extends ControlProps<ListField> {
  /** Draws a field of an item. */
  readonly renderField: (props: ControlProps<FilterField>) => ReactNode;
}

/** Several things, each with fields of its own, in an order of their own. */
export function ListControl({ field, values, path, onChange, renderField }: ListControlProps) {
  const { id, ...wrapper } = useControl(field, path);
  const texts = strings.generate;
  const items = (values[field.name] ?? []) as readonly ListItem[];
  const put = (next: readonly ListItem[]) => onChange({ [field.name]: next });
  const isFull = field.maxItems !== undefined && items.length >= field.maxItems;
  return (
    <Input.Wrapper {...wrapper} labelElement="div">
      <ol className={classes.items} aria-label={field.title}>
        {items.map((item, index) => {
          const name = texts.fields.item(field.title, index + 1);
          const itemPath = [...path, field.name, index];
          return (
            <li key={item.key} className={classes.item}>
              <fieldset className={classes.fields} aria-label={name}>
                {fieldsOfItem(field, item.values).map((member) => (
                  <Fragment key={member.name}>
                    {renderField({
                      field: member,
                      values: item.values,
                      path: itemPath,
                      onChange: (change) =>
                        put(items.with(index, { ...item, values: changedItem(field, item.values, change) })),
                    })}
                  </Fragment>
                ))}
              </fieldset>
              <Group gap={0} className={classes.actions}>
                <ItemButton
                  icon={IconArrowUp}
                  label={texts.columns.up(name)}
                  isDisabled={index === 0}
                  onClick={() => put(moved(items, index, -1))}
                />
                <ItemButton
                  icon={IconArrowDown}
                  label={texts.columns.down(name)}
                  isDisabled={index === items.length - 1}
                  onClick={() => put(moved(items, index, 1))}
                />
                <ItemButton
                  icon={IconX}
                  label={texts.fields.removeItem(name)}
                  onClick={() => put(items.toSpliced(index, 1))}
                />
              </Group>
            </li>
          );
        })}
      </ol>
      <Button
        id={id}
        variant="default"
        size="compact-sm"
        leftSection={<IconPlus size={16} aria-hidden />}
        disabled={isFull}
        onClick={() => put([...items, newItem(emptyValues(fieldsOfItem(field, {})))])}
      >
        {texts.fields.add}
      </Button>
    </Input.Wrapper>
  );
}

interface ItemButtonProps {
  readonly icon: Icon;
  readonly label: string;
  readonly isDisabled?: boolean;
  readonly onClick: () => void;
}

function ItemButton({ icon: ButtonIcon, label, isDisabled = false, onClick }: ItemButtonProps) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={label} disabled={isDisabled} onClick={onClick}>
      <ButtonIcon size={16} />
    </ActionIcon>
  );
}

function fieldsOfItem(field: ListField, values: FilterValues) {
  const { tag } = field;
  const members = itemFields(field, tag && values[tag.name]);
  return tag === undefined ? members : [tag, ...members];
}

/** An item that becomes another kind keeps what both kinds have. */
function changedItem(field: ListField, values: FilterValues, change: FilterValues): FilterValues {
  if (field.tag === undefined || !(field.tag.name in change)) return { ...values, ...change };
  const before = fieldsOfItem(field, values);
  const after = fieldsOfItem(field, { ...values, ...change });
  const kept = after.filter(({ name, kind }) => before.some((member) => member.name === name && member.kind === kind));
  const keptValues = kept.flatMap(({ name }) => (values[name] === undefined ? [] : [[name, values[name]] as const]));
  return { ...emptyValues(after), ...Object.fromEntries(keptValues), ...change };
}
