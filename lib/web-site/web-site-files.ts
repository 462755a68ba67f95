import path from 'node:path';
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../acknowledge.ts';
import type { Deployment } from '../deployment.ts';
import { DeploymentLogGroup } from '../deployment-log-group.ts';
import type { IdentityProvider } from '../identity-provider.ts';
import { ASSETS_FOLDER, BUILD_RECORDS_FOLDER, webAppOf } from './web-app.ts';

/** What CDK lets the function do that copies the files. */
const grantedActions = ['s3:Abort*', 's3:DeleteObject*', 's3:GetBucket*', 's3:GetObject*', 's3:List*'];

export interface WebSiteFilesProps {
  readonly deployment: Deployment;
  readonly identity: IdentityProvider;
}

/** The report center's files, and `config.json`, by which they know their deployment. */
export class WebSiteFiles extends Construct {
  // CDK's interfaces predate exactOptionalPropertyTypes.
  readonly bucket: s3.IBucket;

  constructor(scope: Construct, id: string, { deployment, identity }: WebSiteFilesProps) {
    super(scope, id);
    this.bucket = this.createBucket();
    const webApp = webAppOf(deployment.bundleDirectory);
    const { issuer, clientId, scope: oidcScope, endSessionUrl } = identity;
    const deployed = this.deploymentProps(deployment);
    const assets = new BucketDeployment(this, 'Assets', {
      ...deployed,
      sources: [Source.asset(path.join(webApp, ASSETS_FOLDER))],
      destinationKeyPrefix: ASSETS_FOLDER,
      cacheControl: [CacheControl.setPublic(), CacheControl.maxAge(Duration.days(365)), CacheControl.immutable()],
    });
    const pages = new BucketDeployment(this, 'Pages', {
      ...deployed,
      sources: [
        Source.asset(webApp, { exclude: [ASSETS_FOLDER, BUILD_RECORDS_FOLDER] }),
        Source.jsonData('config.json', { issuer, clientId, scope: oidcScope, ...(endSessionUrl && { endSessionUrl }) }),
      ],
      cacheControl: [CacheControl.noCache()],
    });
    // The page names assets, which have to be there before it is.
    pages.node.addDependency(assets);
    this.acknowledgeFindings(pages.handlerRole);
  }

  private createBucket(): s3.IBucket {
    const bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      encryption: s3.BucketEncryption.S3_MANAGED,
      // A deployment makes all of it anew.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Its files are the same for everybody, and only the distribution reads them.',
    });
    return bucket as s3.IBucket;
  }

  /** What both deployments have in common, and with it the one function that carries them out. */
  private deploymentProps(deployment: Deployment) {
    const logGroup = new DeploymentLogGroup(this, 'Logs', { deployment });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    return {
      destinationBucket: this.bucket,
      role,
      logGroup,
      memoryLimit: 256,
      // Pages that are open go on loading the assets of their own version.
      prune: false,
      // A bucket that is not empty would keep the stack from being deleted.
      retainOnDelete: false,
    };
  }

  /** The first in a stack makes the function with its role, and all others use them. */
  private acknowledgeFindings(role: IRole): void {
    const { bucketArn } = this.bucket;
    acknowledgeWildcard(role, [`${bucketArn}/*`], 'It writes every file of the site.');
    const staging = '<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>';
    const findings = [...grantedActions.map((action) => `Action::${action}`), `Resource::arn:${staging}/*`];
    const reason =
      'CDK grants its helper these, on the bucket of the site and on that of the deployment’s assets alone.';
    Validations.of(role).acknowledge(...findings.map((finding) => ({ id: `AwsSolutions-IAM5[${finding}]`, reason })));
    const helper = Stack.of(this).node.children.find(({ node }) => node.id.startsWith('Custom::CDKBucketDeployment'));
    if (helper === undefined) throw new Error('The function that copies the files is not where it was.');
    Validations.of(helper).acknowledge({
      id: 'AwsSolutions-L1',
      reason: 'CDK chooses the runtime of its own function.',
    });
  }
}
