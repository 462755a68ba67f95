import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { malformedXml } from './errors.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Content of an element: text, children by name, or undefined to leave the element out; an array repeats it. */
export type XmlContent = string | number | boolean | undefined | readonly XmlContent[] | XmlChildren;

/** Child elements by name, in document order. */
export interface XmlChildren {
  readonly [name: string]: XmlContent;
}

/** A document of S3's namespace. */
export function renderDocument(root: string, children: XmlChildren): string {
  return `${DECLARATION}<${root} xmlns="${NAMESPACE}">${renderChildren(children)}</${root}>`;
}

/** S3's error document, which has no namespace. */
export function renderErrorDocument(children: XmlChildren): string {
  return `${DECLARATION}<Error>${renderChildren(children)}</Error>`;
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

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

function renderChildren(children: XmlChildren): string {
  return Object.entries(children)
    .map(([name, content]) => renderElement(name, content))
    .join('');
}

function renderElement(name: string, content: XmlContent): string {
  if (content === undefined) return '';
  if (isArray(content)) return content.map((item) => renderElement(name, item)).join('');
  const inner = typeof content === 'object' ? renderChildren(content) : escapeText(String(content));
  return `<${name}>${inner}</${name}>`;
}

function isArray(content: XmlContent): content is readonly XmlContent[] {
  return Array.isArray(content);
}

/** Keys may hold control characters; like S3, they are written as character references. */
function escapeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to escape
  return text.replace(/[&<>"\u0000-\u001f]/g, (c) => ENTITIES[c] ?? `&#x${c.charCodeAt(0).toString(16)};`);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
