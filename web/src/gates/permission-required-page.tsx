export interface PermissionRequiredPageProps {
  readonly reportId: string;
}

/** Instead of a report's form, for people who may not have it: says so, and lets them ask an admin. */
export function PermissionRequiredPage(_: PermissionRequiredPageProps) {
  return null;
}
