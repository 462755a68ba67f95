import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { LinkKeys } from './link-keys.ts';
import type { Mail } from './mail.ts';
import type { WebUrl } from './web-url.ts';

export interface AnnouncementsProps {
  readonly mail: Mail;
  readonly linkKeys: LinkKeys;
  readonly webUrl: WebUrl;
}

/** What telling people about an ending takes: a sender, and links that lead to the report center. */
export class Announcements {
  readonly environment: {
    readonly MAIL_FROM: string;
    readonly MAIL_CONFIGURATION_SET: string;
    readonly LINK_KEYS_SECRET_ARN: string;
    readonly WEB_URL: string;
  };
  private readonly mail: Mail;
  private readonly linkKeys: LinkKeys;

  constructor({ mail, linkKeys, webUrl }: AnnouncementsProps) {
    this.mail = mail;
    this.linkKeys = linkKeys;
    this.environment = {
      MAIL_FROM: mail.from,
      MAIL_CONFIGURATION_SET: mail.configurationSetName,
      LINK_KEYS_SECRET_ARN: linkKeys.secretArn,
      WEB_URL: webUrl.value,
    };
  }

  grantSend(grantee: IGrantable): void {
    this.mail.grantSend(grantee);
    this.linkKeys.grantUse(grantee);
  }
}
