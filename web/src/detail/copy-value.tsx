import { Button, CopyButton, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { strings } from '../strings/strings.ts';
import classes from './detail.module.css';

export interface CopyValueProps {
  readonly value: string;
  /** What it copies, for those who hear the button without seeing what is beside it. */
  readonly what: string;
}

/** Puts a value on the clipboard, and says that it did. */
export function CopyValue({ value, what }: CopyValueProps) {
  return (
    <CopyButton value={value} timeout={2_000}>
      {({ copied, copy }) => (
        <Button
          className={classes.copy}
          size="compact-xs"
          variant="subtle"
          color="gray"
          onClick={copy}
          leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
        >
          <span aria-live="polite">{copied ? strings.common.copied : strings.common.copy}</span>
          <VisuallyHidden>{strings.detail.copy(what)}</VisuallyHidden>
        </Button>
      )}
    </CopyButton>
  );
}
