import type { Announcements } from '../announcements.ts';
import type { Database } from '../database.ts';
import type { Deployment } from '../deployment.ts';
import type { ExportExecutions } from '../export-executions.ts';
import type { ExportTable } from '../export-table.ts';
import type { FileBucket } from '../file-bucket.ts';
import type { LinkKeys } from '../link-keys.ts';
import type { Mail } from '../mail.ts';
import type { Network } from '../network.ts';
import type { RolloutFlags } from '../rollout-flags.ts';
import type { FunctionEnvironment } from '../waybill-function.ts';
import type { WebUrl } from '../web-url.ts';

/** What the functions behind the API's routes work with. */
export interface ApiFunctionsProps {
  readonly deployment: Deployment;
  readonly network: Network;
  readonly database: Database;
  readonly table: ExportTable;
  readonly bucket: FileBucket;
  readonly flags: RolloutFlags;
  readonly executions: ExportExecutions;
  readonly linkKeys: LinkKeys;
  readonly mail: Mail;
  readonly webUrl: WebUrl;
  readonly announcements: Announcements;
}

interface CommonProps extends Pick<ApiFunctionsProps, 'deployment' | 'table'> {
  /** What every function with a caller needs to know of them. */
  readonly caller: FunctionEnvironment<'list-members'>;
}

/** What a group of them is given: what every group needs, and what it names. */
export type GroupProps<Name extends keyof ApiFunctionsProps = never> = CommonProps & Pick<ApiFunctionsProps, Name>;
