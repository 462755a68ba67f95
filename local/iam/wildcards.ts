/**
 * Compiles a pattern in which `*` stands for any characters and `?` for one.
 * @param flags `i` for patterns that ignore case, as those of actions do
 */
export function wildcard(pattern: string, flags = ''): (text: string) => boolean {
  const expression = new RegExp(`^${asExpression(pattern)}$`, `s${flags}`);
  return (text) => expression.test(text);
}

/**
 * Compiles a pattern of ARNs. The five parts before the resource are matched one by one, so that a `*` never reaches
 * across a colon into the next part; in the resource itself it may.
 */
export function arnWildcard(pattern: string): (arn: string) => boolean {
  if (pattern === '*') return () => true;
  const parts = splitArn(pattern).map((part) => wildcard(part));
  return (arn) => {
    const actual = splitArn(arn);
    return actual.length === parts.length && parts.every((matches, index) => matches(actual[index] ?? ''));
  };
}

function splitArn(arn: string): string[] {
  const [partition, service, region, account, ...rest] = arn.split(':').slice(1);
  return [partition ?? '', service ?? '', region ?? '', account ?? '', rest.join(':')];
}

function asExpression(pattern: string): string {
  return pattern
    .replace(/[.+^${}()|[\]\\/-]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
}
