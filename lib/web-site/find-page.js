/**
 * Runs at CloudFront before each request for the site. Its files are below /assets/, or at the top with an extension;
 * every other address is one of the app's, which finds its way from there. An extension alone does not tell them apart:
 * the tokens of mailed links have a dot.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by its name
function handler(event) {
  const request = event.request;
  if (!/^\/(assets\/.+|[^/]+\.[a-z0-9]+)$/.test(request.uri)) request.uri = '/index.html';
  return request;
}
