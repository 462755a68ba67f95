import classes from './dropdown.module.css';

/** The id of the dialog in which the form stands. */
export const dialogId = 'generate-dialog';

/**
 * For everything that drops down in the form. Its list belongs to the dialog, where assistive technology looks for it,
 * and scrolls by itself: Mantine's scroll area would be one more stop for the keyboard.
 */
export const dropdownProps = {
  comboboxProps: { portalProps: { target: `#${dialogId}` } },
  withScrollArea: false,
  classNames: { options: classes.options },
};
