import { DialogFrame, type DialogFrameProps } from '../dialog/dialog-frame.tsx';
import classes from './step-frame.module.css';

/** What every step of the modal has: its title and a way out. */
export function StepFrame(props: Omit<DialogFrameProps, 'classes'>) {
  return <DialogFrame classes={classes} {...props} />;
}
