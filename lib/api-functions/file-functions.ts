import { Construct } from 'constructs';
import { type FunctionEnvironment, WaybillFunction } from '../waybill-function.ts';
import type { GroupProps } from './group-props.ts';

/** The functions behind the routes to finished files and their waybills. */
export class FileFunctions extends Construct {
  readonly byWorkload;

  constructor(scope: Construct, id: string, props: GroupProps<'bucket' | 'flags' | 'linkKeys'>) {
    super(scope, id);
    const { deployment, table, bucket, flags, linkKeys, caller } = props;
    const environment: FunctionEnvironment<'download-export'> = {
      ...caller,
      BUCKET_NAME: bucket.bucketName,
      FLAGS_PARAMETER: flags.parameterName,
    };
    const downloads = {
      'download-export': new WaybillFunction(this, 'DownloadExport', {
        deployment,
        workload: 'download-export',
        environment,
      }),
      'create-download-link': new WaybillFunction(this, 'CreateDownloadLink', {
        deployment,
        workload: 'create-download-link',
        environment,
      }),
      'open-download-link': new WaybillFunction(this, 'OpenDownloadLink', {
        deployment,
        workload: 'open-download-link',
        environment: { ...environment, LINK_KEYS_SECRET_ARN: linkKeys.secretArn },
      }),
    };
    for (const download of Object.values(downloads)) {
      // Each download, and each refusal, is written to the timeline.
      table.grantChange(download);
      bucket.grantRead(download);
      flags.grantRead(download);
    }
    linkKeys.grantUse(downloads['open-download-link']);

    const getWaybill = new WaybillFunction(this, 'GetWaybill', {
      deployment,
      workload: 'get-waybill',
      environment: { ...caller, BUCKET_NAME: bucket.bucketName },
    });
    table.grant(getWaybill, 'GetItem', 'BatchGetItem');
    bucket.grantRead(getWaybill);
    this.byWorkload = { ...downloads, 'get-waybill': getWaybill };
  }
}
