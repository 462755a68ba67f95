import { Aws, Duration, Lazy, Validations } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { CALLBACK_PATH, SIGNED_OUT_PATH } from '../core/contract/sign-in-paths.ts';
import type { WaybillConfig } from './config/config.ts';
import { type Deployment, removalPolicyOf } from './deployment.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { originOf } from './origin-of.ts';
import { WaybillFunction } from './waybill-function.ts';

type CognitoIdentity = Extract<WaybillConfig['identity'], { kind: 'cognito' }>;

export interface UserPoolProps {
  readonly deployment: Deployment;
  readonly identity: CognitoIdentity;
}

/**
 * People of a Cognito user pool: invited, never signed up by themselves, and known by their e-mail address. Access
 * tokens of Cognito have no `aud`; in its place the API checks `client_id`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export class UserPool extends Construct implements IdentityProvider {
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
  /** Cognito knows no `offline_access`: its code grant always comes with a refresh token. */
  readonly scope = 'openid email profile';
  readonly origins: readonly string[];
  readonly endSessionUrl: string;
  readonly userPoolId: string;
  private webUrl: string | undefined;

  constructor(scope: Construct, id: string, { deployment, identity }: UserPoolProps) {
    super(scope, id);
    const pool = this.createPool(deployment, identity);
    this.addAccountClaim(pool, deployment);
    const client = this.addReportCenter(pool);
    const signInUrl = this.addSignInPage(pool, client, deployment, identity);
    this.issuer = pool.userPoolProviderUrl;
    this.audience = client.userPoolClientId;
    this.clientId = client.userPoolClientId;
    this.origins = [originOf(this.issuer), signInUrl];
    this.endSessionUrl = `${signInUrl}/logout`;
    this.userPoolId = pool.userPoolId;
  }

  sendPeopleBackTo(webUrl: string): void {
    this.webUrl = webUrl;
  }

  private createPool(deployment: Deployment, { mfa }: CognitoIdentity): cognito.UserPool {
    const pool = new cognito.UserPool(this, 'Pool', {
      // The lowest plan on which access tokens can name the account.
      featurePlan: cognito.FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      // An address counts once its new owner has confirmed it; until then it is the old one.
      keepOriginal: { email: true },
      standardAttributes: { email: { required: true, mutable: true }, fullname: { required: false, mutable: true } },
      customAttributes: { account_id: new cognito.StringAttribute({ minLen: 1, maxLen: 256, mutable: true }) },
      mfa: mfa === 'required' ? cognito.Mfa.REQUIRED : cognito.Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
        passwordHistorySize: 5,
      },
      deletionProtection: deployment.config.retainData,
      removalPolicy: removalPolicyOf(deployment),
    });
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions-COG8',
      reason: 'Watching for stolen passwords costs by the month and person; it is a choice that can be made later.',
    });
    if (mfa === 'optional') {
      Validations.of(pool).acknowledge({
        id: 'AwsSolutions-COG2',
        reason: 'The stage says so; where identity.mfa is "required", everybody needs a second factor.',
      });
    }
    return pool;
  }

  /** The account is an attribute of the user; access tokens have no attributes by themselves. */
  private addAccountClaim(pool: cognito.UserPool, deployment: Deployment): void {
    const { handler } = new WaybillFunction(this, 'AddAccountClaim', {
      deployment,
      workload: 'add-account-claim',
      environment: {},
      // Cognito waits no longer.
      timeout: Duration.seconds(5),
    });
    const { PRE_TOKEN_GENERATION_CONFIG } = cognito.UserPoolOperation;
    pool.addTrigger(PRE_TOKEN_GENERATION_CONFIG, handler, cognito.LambdaVersion.V2_0);
  }

  /** The report center: code flow with PKCE, and no secret, which a page could not keep. */
  private addReportCenter(pool: cognito.UserPool): cognito.UserPoolClient {
    return pool.addClient('ReportCenter', {
      generateSecret: false,
      preventUserExistenceErrors: true,
      // With rotation Cognito refuses its default list, which has REFRESH_TOKEN_AUTH; of this one nothing is used.
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL, cognito.OAuthScope.PROFILE],
        callbackUrls: this.belowWebUrl(CALLBACK_PATH),
        logoutUrls: this.belowWebUrl(SIGNED_OUT_PATH),
      },
      // Without `custom:account_id`: people must not choose their account.
      writeAttributes: new cognito.ClientAttributes().withStandardAttributes({ email: true, fullname: true }),
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      // Somebody who works on the page signs in once a day.
      refreshTokenValidity: Duration.hours(12),
      // The page asks again with the same token when an answer was lost.
      refreshTokenRotationGracePeriod: Duration.seconds(60),
    });
  }

  /** The report center's address is known last: the distribution is in front of the API, which trusts this client. */
  private belowWebUrl(path: string): string[] {
    return Lazy.list({
      produce: () => {
        if (this.webUrl === undefined) throw new Error('The user pool was not told where the report center is.');
        return [`${this.webUrl}${path}`];
      },
    });
  }

  /** @returns its address, without a slash at the end */
  private addSignInPage(
    pool: cognito.UserPool,
    client: cognito.UserPoolClient,
    { stage }: Deployment,
    { domainPrefix }: CognitoIdentity,
  ): string {
    const domain = pool.addDomain('Domain', {
      cognitoDomain: {
        domainPrefix: domainPrefix ?? `waybill-${stage.toLowerCase().replaceAll('_', '-')}-${Aws.ACCOUNT_ID}`,
      },
      managedLoginVersion: cognito.ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    // Its pages are not shown for a client without a style.
    new cognito.CfnManagedLoginBranding(this, 'Branding', {
      userPoolId: pool.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    return domain.baseUrl();
  }
}
