import path from 'node:path';
import { Fn, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Construct } from 'constructs';
import type { Api } from '../api.ts';
import type { Deployment } from '../deployment.ts';
import type { IdentityProvider } from '../identity-provider.ts';
import { globalName } from './global-name.ts';
import { WebSiteFiles } from './web-site-files.ts';
import { WebSiteHeaders } from './web-site-headers.ts';

const pageFunction = path.join(import.meta.dirname, 'find-page.js');

export interface WebSiteProps {
  readonly deployment: Deployment;
  readonly identity: IdentityProvider;
  readonly api: Api;
}

/** The report center: its files, and the API below `/v1/`, so that page and API are one origin. */
export class WebSite extends Construct {
  /** The distribution's own address, without a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, { deployment, identity, api }: WebSiteProps) {
    super(scope, id);
    const { bucket } = new WebSiteFiles(this, 'Files', { deployment, identity });
    const headers = new WebSiteHeaders(this, 'Headers', { identity });
    const distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: `Waybill ${deployment.stage}`,
      ...this.ownDomain(deployment),
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      defaultRootObject: 'index.html',
      defaultBehavior: this.siteBehavior(bucket, headers.policy),
      additionalBehaviors: { '/v1/*': apiBehavior(api, headers.ofApi) },
    });
    this.url = `https://${distribution.domainName}`;
    acknowledgeFindings(distribution, deployment);
  }

  private ownDomain({ config: { webUrl, certificateArn } }: Deployment): Partial<cloudfront.DistributionProps> {
    if (webUrl === undefined || certificateArn === undefined) return {};
    const certificate = Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
    return {
      domainNames: [Fn.select(2, Fn.split('/', webUrl))],
      certificate,
      minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
    };
  }

  private siteBehavior(
    bucket: WebSiteFiles['bucket'],
    responseHeadersPolicy: cloudfront.ResponseHeadersPolicy,
  ): cloudfront.BehaviorOptions {
    const { READ, LIST } = cloudfront.AccessLevel;
    // Who may not list a bucket is answered 403 for a file that it does not have, not 404.
    const originAccessControl = new cloudfront.S3OriginAccessControl(this, 'BucketAccess', {
      originAccessControlName: globalName(this, 64),
      description: 'Waybill: the report center',
    });
    const origin = S3BucketOrigin.withOriginAccessControl(bucket, {
      originAccessControl,
      originAccessLevels: [READ, LIST],
    });
    const findPage = new cloudfront.Function(this, 'FindPage', {
      comment: 'Every address that is no file is a page of the app',
      code: cloudfront.FunctionCode.fromFile({ filePath: pageFunction }),
      runtime: cloudfront.FunctionRuntime.JS_2_0,
    });
    return {
      origin,
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
      compress: true,
      responseHeadersPolicy,
      functionAssociations: [{ eventType: cloudfront.FunctionEventType.VIEWER_REQUEST, function: findPage }],
    };
  }
}

/** Everything goes to the API as it came, and nothing of it is kept. Not its host: API Gateway answers only to its own. */
function apiBehavior(api: Api, responseHeadersPolicy: cloudfront.ResponseHeadersPolicy): cloudfront.BehaviorOptions {
  return {
    origin: new HttpOrigin(api.domainName, { protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY }),
    // A token that was sent without TLS must not be made to work.
    viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
    allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
    cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
    originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    compress: false,
    responseHeadersPolicy,
  };
}

function acknowledgeFindings(distribution: cloudfront.Distribution, { config }: Deployment): void {
  Validations.of(distribution).acknowledge(
    { id: 'AwsSolutions-CFR1', reason: 'Who may see what is decided by who they are, not by where they are.' },
    {
      id: 'AwsSolutions-CFR2',
      reason:
        'The files are static, and the API has throttles and takes nothing without a token; a web ACL is a choice.',
    },
    {
      id: 'AwsSolutions-CFR3',
      reason: 'The files are the same for everybody, and the API writes a line for each of its requests.',
    },
    {
      id: '@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk',
      reason: 'No request gets to the list: there is a root object, and what is no file is answered with the page.',
    },
  );
  if (config.certificateArn !== undefined) return;
  Validations.of(distribution).acknowledge({
    id: 'AwsSolutions-CFR4',
    reason: 'CloudFront sets the protocols of its own certificate; with one for an own domain it is TLS 1.2 and later.',
  });
}
