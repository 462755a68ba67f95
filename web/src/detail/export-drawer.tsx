export interface ExportDrawerProps {
  readonly exportId: string;
  readonly onClose: () => void;
}

/** All there is to know of one export. */
export function ExportDrawer(_: ExportDrawerProps) {
  return null;
}
