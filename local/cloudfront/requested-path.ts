/**
 * The path by which CloudFront finds the behavior for a request: without dot segments and repeated slashes. The origin of
 * an API is sent the path as it came all the same.
 * @param target the request's target, with its query
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
 */
export function requestedPath(target: string): string {
  const [path = '/'] = target.split(/[?#]/);
  const { pathname } = new URL(`http://local/${path.replace(/^\/+/, '')}`);
  return pathname.replace(/\/{2,}/g, '/');
}
