import { Construct } from 'constructs';
import type { ApiWorkload } from '../../core/contract/routes.ts';
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
import type { WaybillFunction } from '../waybill-function.ts';
import type { WebUrl } from '../web-url.ts';
import { AskingFunctions } from './asking-functions.ts';
import { CatalogFunctions } from './catalog-functions.ts';
import { ChangingFunctions } from './changing-functions.ts';
import { CreatingFunctions } from './creating-functions.ts';
import { FileFunctions } from './file-functions.ts';
import { MemberFunctions } from './member-functions.ts';
import { ReadingFunctions } from './reading-functions.ts';
import { SupportFunctions } from './support-functions.ts';
import { WebhookFunctions } from './webhook-functions.ts';

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

/** The functions behind the API's routes, each with just what its route needs. */
export class ApiFunctions extends Construct {
  readonly byWorkload: { readonly [Name in ApiWorkload]: WaybillFunction<Name> };

  constructor(scope: Construct, id: string, siblings: ApiFunctionsProps) {
    super(scope, id);
    const { table, deployment } = siblings;
    const caller = { TABLE_NAME: table.tableName, MEMBERSHIPS: deployment.config.identity.memberships };
    const props = { ...siblings, caller };
    this.byWorkload = {
      ...new CatalogFunctions(this, 'Catalog', props).byWorkload,
      ...new ReadingFunctions(this, 'Reading', props).byWorkload,
      ...new AskingFunctions(this, 'Asking', props).byWorkload,
      ...new CreatingFunctions(this, 'Creating', props).byWorkload,
      ...new ChangingFunctions(this, 'Changing', props).byWorkload,
      ...new FileFunctions(this, 'Files', props).byWorkload,
      ...new MemberFunctions(this, 'Members', props).byWorkload,
      ...new SupportFunctions(this, 'Support', props).byWorkload,
      ...new WebhookFunctions(this, 'Webhooks', props).byWorkload,
    };
  }
}
