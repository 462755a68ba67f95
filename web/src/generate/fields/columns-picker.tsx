import { ActionIcon, Button, Checkbox, Group, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { strings } from '../../strings/strings.ts';
import { type KnownColumn, moved, type PickedColumn } from '../form/column-order.ts';
import classes from './columns-picker.module.css';

export interface ColumnsPickerProps {
  readonly known: readonly KnownColumn[];
  readonly columns: readonly PickedColumn[];
  /** @param columns undefined for the report's own set */
  readonly onChange: (columns: readonly PickedColumn[] | undefined) => void;
}

/** A list to tick and to put in order, by mouse and by keyboard. */
export function ColumnsPicker({ known, columns, onChange }: ColumnsPickerProps) {
  const [announcement, setAnnouncement] = useState('');
  const texts = strings.generate.columns;
  const byName = new Map(known.map((column) => [column.name, column]));
  const headerOf = (name: string) => byName.get(name)?.header ?? name;

  const move = (index: number, step: -1 | 1) => {
    const name = columns[index]?.name ?? '';
    onChange(moved(columns, index, step));
    setAnnouncement(texts.moved(headerOf(name), index + step + 1, columns.length));
  };
  return (
    <>
      <Group gap="xs" className={classes.actions}>
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => onChange(columns.map(({ name }) => ({ name, isChosen: true })))}
        >
          {texts.all}
        </Button>
        <Button variant="subtle" size="compact-sm" onClick={() => onChange(undefined)}>
          {texts.reset}
        </Button>
      </Group>
      <VisuallyHidden role="status">{announcement}</VisuallyHidden>
      <ol className={classes.list}>
        {columns.map(({ name, isChosen }, index) => (
          <li key={name} className={classes.column}>
            <Checkbox
              size="xs"
              className={classes.name}
              label={headerOf(name)}
              description={byName.get(name)?.description}
              checked={isChosen}
              onChange={(event) => onChange(columns.with(index, { name, isChosen: event.currentTarget.checked }))}
            />
            <MoveButton
              label={texts.up(headerOf(name))}
              isEnd={index === 0}
              onMove={() => move(index, -1)}
              icon={<IconArrowUp size={16} />}
            />
            <MoveButton
              label={texts.down(headerOf(name))}
              isEnd={index === columns.length - 1}
              onMove={() => move(index, 1)}
              icon={<IconArrowDown size={16} />}
            />
          </li>
        ))}
      </ol>
    </>
  );
}

interface MoveButtonProps {
  readonly label: string;
  /** There is no further place in this direction. */
  readonly isEnd: boolean;
  readonly icon: React.ReactNode;
  readonly onMove: () => void;
}

/** Keeps the focus while its row moves, so that it can be pressed again. */
function MoveButton({ label, isEnd, icon, onMove }: MoveButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [moves, setMoves] = useState(0);
  useEffect(() => {
    if (moves > 0) button.current?.focus();
  }, [moves]);
  return (
    <ActionIcon
      ref={button}
      className={classes.move}
      variant="subtle"
      color="gray"
      aria-label={label}
      // Not `disabled`, which would take the focus away from the row that has just arrived at the end.
      aria-disabled={isEnd}
      data-disabled={isEnd}
      onClick={() => {
        if (isEnd) return;
        onMove();
        setMoves(moves + 1);
      }}
    >
      {icon}
    </ActionIcon>
  );
}
