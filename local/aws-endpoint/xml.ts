/** Content of an element: text, children by name, or undefined to leave the element out; an array repeats it. */
export type XmlContent = string | number | boolean | undefined | readonly XmlContent[] | XmlChildren;

/** Child elements by name, in document order. */
export interface XmlChildren {
  readonly [name: string]: XmlContent;
}

/**
 * A document with one root element.
 * @param namespace of the root and all below it @default none
 */
export function renderXml(root: string, children: XmlChildren, namespace?: string): string {
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${renderChildren(children)}</${root}>`;
}

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

/** Keys of S3 may hold control characters; like S3, they are written as character references. */
function escapeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to escape
  return text.replace(/[&<>"\u0000-\u001f]/g, (c) => ENTITIES[c] ?? `&#x${c.charCodeAt(0).toString(16)};`);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
