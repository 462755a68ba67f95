import { AwsError } from '../aws-endpoint/service.ts';

/** The errors of S3's API, by the codes its clients branch on. */
export const noSuchBucket = (bucket: string) =>
  new AwsError('NoSuchBucket', 404, 'The specified bucket does not exist', { BucketName: bucket });

export const noSuchKey = (key: string) =>
  new AwsError('NoSuchKey', 404, 'The specified key does not exist.', { Key: key });

export const noSuchUpload = (uploadId: string) =>
  new AwsError(
    'NoSuchUpload',
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: uploadId },
  );

export const invalidPart = (partNumber: number) =>
  new AwsError(
    'InvalidPart',
    400,
    'One or more of the specified parts could not be found. ' +
      "The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { PartNumber: String(partNumber) },
  );

export const invalidPartOrder = () =>
  new AwsError('InvalidPartOrder', 400, 'The list of parts was not in ascending order.');

export const entityTooSmall = (partNumber: number, sizeBytes: number, minimumBytes: number) =>
  new AwsError('EntityTooSmall', 400, 'Your proposed upload is smaller than the minimum allowed size', {
    ProposedSize: String(sizeBytes),
    MinSizeAllowed: String(minimumBytes),
    PartNumber: String(partNumber),
  });

export const entityTooLarge = (sizeBytes: number, maximumBytes: number) =>
  new AwsError('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size', {
    ProposedSize: String(sizeBytes),
    MaxSizeAllowed: String(maximumBytes),
  });

export const incompleteBody = () =>
  new AwsError('IncompleteBody', 400, 'The request body does not have the length or the framing its headers announce.');

export const missingContentLength = () =>
  new AwsError('MissingContentLength', 411, 'You must provide the Content-Length HTTP header.');

export const badDigest = (name: string) =>
  new AwsError('BadDigest', 400, `The ${name} you specified did not match the calculated checksum.`);

export const contentSha256Mismatch = () =>
  new AwsError(
    'XAmzContentSHA256Mismatch',
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  );

export const invalidRange = (range: string, sizeBytes: number) =>
  new AwsError('InvalidRange', 416, 'The requested range is not satisfiable', {
    RangeRequested: range,
    ActualObjectSize: String(sizeBytes),
  });

export const preconditionFailed = (condition: string) =>
  new AwsError('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });

export const malformedXml = () =>
  new AwsError(
    'MalformedXML',
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

export const invalidTag = (reason: string) => new AwsError('InvalidTag', 400, reason);

export const invalidArgument = (name: string, value: string, reason: string) =>
  new AwsError('InvalidArgument', 400, reason, { ArgumentName: name, ArgumentValue: value });

export const invalidRequest = (reason: string) => new AwsError('InvalidRequest', 400, reason);

/** A page of another origin may not ask this of a bucket with rules, or of one without. */
export const corsRefused = (hasRules: boolean, method: string) =>
  new AwsError(
    'AccessForbidden',
    403,
    hasRules ? 'CORSResponse: This CORS request is not allowed.' : 'CORSResponse: CORS is not enabled for this bucket.',
    { Method: method, ResourceType: hasRules ? 'OBJECT' : 'BUCKET' },
  );

/** What S3 offers but this server does not: refused by name, never ignored. */
export const notImplemented = (what: string) =>
  new AwsError('NotImplemented', 501, `The local S3 server does not implement ${what}.`);
