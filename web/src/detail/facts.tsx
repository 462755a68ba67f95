import type { ReactNode } from 'react';
import { CopyValue } from './copy-value.tsx';
import classes from './detail.module.css';

/** A list of names and values. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>;
}

export interface FactProps {
  readonly name: string;
  readonly children: ReactNode;
  /** Put on the clipboard by a button beside the value. */
  readonly copy?: string | undefined;
  /** For digits and commands. */
  readonly isCode?: boolean;
}

export function Fact({ name, children, copy, isCode = false }: FactProps) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>
        <span className={isCode ? classes.code : classes.value}>{children}</span>
        {copy !== undefined && <CopyValue value={copy} what={name} />}
      </dd>
    </div>
  );
}
