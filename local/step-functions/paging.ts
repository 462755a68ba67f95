import { AwsError } from '../aws-endpoint/service.ts';

const DEFAULT_PAGE = 100;

interface PageRequest<T> {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
  /** From the last item to the first. */
  readonly reverse: boolean;
  readonly matches?: (item: T) => boolean;
}

/**
 * A page of a list that only ever grows at its end. The token is the position of the first item that was not looked at,
 * so what is added meanwhile shifts nothing.
 * @throws AwsError `InvalidToken` for a token that no page gave
 */
export function pageFrom<T>(list: readonly T[], page: PageRequest<T>): { items: T[]; nextToken?: string } {
  const step = page.reverse ? -1 : 1;
  let position = page.nextToken === undefined ? (page.reverse ? list.length - 1 : 0) : positionOf(page.nextToken);
  const limit = page.maxResults || DEFAULT_PAGE;
  const items: T[] = [];
  for (; position >= 0 && position < list.length; position += step) {
    const item = list[position] as T;
    if (page.matches?.(item) === false) continue;
    if (items.length === limit) return { items, nextToken: Buffer.from(`at:${position}`).toString('base64url') };
    items.push(item);
  }
  return { items };
}

function positionOf(token: string): number {
  const position = /^at:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (position === undefined) throw new AwsError('InvalidToken', 400, `Invalid Token: '${token}'`);
  return Number(position);
}
