import { Construct } from 'constructs';
import type { ApiWorkload } from '../../core/contract/routes.ts';
import type { WaybillFunction } from '../waybill-function.ts';
import { AskingFunctions } from './asking-functions.ts';
import { CatalogFunctions } from './catalog-functions.ts';
import { ChangingFunctions } from './changing-functions.ts';
import { CreatingFunctions } from './creating-functions.ts';
import { FileFunctions } from './file-functions.ts';
import type { ApiFunctionsProps } from './group-props.ts';
import { MemberFunctions } from './member-functions.ts';
import { ReadingFunctions } from './reading-functions.ts';
import { SupportFunctions } from './support-functions.ts';
import { WebhookFunctions } from './webhook-functions.ts';

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
