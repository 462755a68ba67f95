import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { renderXml, type XmlChildren } from '../aws-endpoint/xml.ts';
import { malformedXml } from './errors.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A document of S3's namespace. */
export function renderDocument(root: string, children: XmlChildren): string {
  return renderXml(root, children, NAMESPACE);
}

/** S3's error document, which has no namespace. */
export function renderErrorDocument(children: XmlChildren): string {
  return renderXml('Error', children);
}

/**
 * Parses a request document whose root must be `root`. Elements named in `repeated` are arrays, all text stays text.
 * @throws AwsError `MalformedXML`
 */
export function parseDocument(body: string, root: string, repeated: readonly string[]): unknown {
  if (XMLValidator.validate(body) !== true) throw malformedXml();
  const parser = new XMLParser({
    ignoreDeclaration: true,
    parseTagValue: false,
    // A key may begin or end with spaces.
    trimValues: false,
    isArray: (name) => repeated.includes(name),
  });
  const parsed: unknown = parser.parse(body);
  if (typeof parsed !== 'object' || parsed === null || !(root in parsed)) throw malformedXml();
  return (parsed as Record<string, unknown>)[root];
}
