import { type ServerResponse, validateHeaderValue } from 'node:http';
import type { AwsRequest, RequiredPermission } from '../aws-endpoint/service.ts';
import type { XmlChildren } from '../aws-endpoint/xml.ts';
import type { Bucket } from './bucket.ts';
import { invalidArgument } from './errors.ts';
import { renderDocument } from './xml.ts';

/** Query parameters that carry the signature; every other `x-amz-*` parameter of a presigned URL is a header. */
const SIGNATURE_PARAMETER =
  /^x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256)$/i;

/** One S3 API call on a known bucket. */
export class S3Call {
  readonly request: AwsRequest;
  readonly response: ServerResponse;
  readonly bucket: Bucket;
  /** Empty for calls on the bucket itself. */
  readonly key: string;
  readonly nowMs: number;
  /** Lower-case names; with the headers that a presigned URL carries in its query. */
  readonly headers: ReadonlyMap<string, string>;
  /** The query without its signature and headers. */
  readonly query: ReadonlyMap<string, string>;

  constructor(request: AwsRequest, response: ServerResponse, bucket: Bucket, key: string, nowMs: number) {
    this.request = request;
    this.response = response;
    this.bucket = bucket;
    this.key = key;
    this.nowMs = nowMs;
    const parameters = [...request.query].filter(([name]) => !SIGNATURE_PARAMETER.test(name));
    const isHeader = (name: string) => /^x-amz-/i.test(name);
    this.query = new Map(parameters.filter(([name]) => !isHeader(name)));
    this.headers = new Map([
      ...parameters.filter(([name]) => isHeader(name)).map(([name, value]) => [name.toLowerCase(), value] as const),
      ...Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const),
    ]);
  }

  /** A permission on the object, or on the bucket for calls without a key. */
  permission(action: string, context?: Readonly<Record<string, string>>): RequiredPermission {
    const resource = this.key === '' ? this.bucket.arn : `${this.bucket.arn}/${this.key}`;
    return { action, resource, ...(context && { context }) };
  }

  /**
   * An integer of the query.
   * @throws AwsError `InvalidArgument`
   */
  integer(name: string, { absent, maximum }: { absent: number; maximum: number }): number {
    const value = this.query.get(name);
    if (value === undefined) return absent;
    if (!/^\d{1,9}$/.test(value)) {
      throw invalidArgument(name, value, `Provided ${name} not an integer or within integer range`);
    }
    return Math.min(Number(value), maximum);
  }

  /**
   * Sets a response header.
   * @throws AwsError `InvalidArgument` when it holds characters that no header can
   */
  setHeader(name: string, value: string): void {
    try {
      validateHeaderValue(name, value);
    } catch {
      throw invalidArgument(name, value, 'Header value cannot be represented using ISO-8859-1.');
    }
    this.response.setHeader(name, value);
  }

  replyXml(root: string, children: XmlChildren): void {
    const body = Buffer.from(renderDocument(root, children));
    this.response.writeHead(200, { 'content-type': 'application/xml', 'content-length': body.length }).end(body);
  }

  reply(statusCode = 200): void {
    this.response.writeHead(statusCode, statusCode === 204 ? {} : { 'content-length': 0 }).end();
  }
}
