import { forgetPermissionUse } from '../e2e/permission-use.ts';

/** Before a run: what earlier ones have recorded says nothing about this one. */
export default function forgetRecords(): void {
  forgetPermissionUse();
}
