/** What XML 1.0 cannot hold even as a character reference, and CR, which its readers turn into LF. */
const UNHOLDABLE = '\\u0000-\\u0008\\u000b-\\u001f\\ufffe\\uffff';

/**
 * What must be written differently: markup, characters XML cannot hold, and an underscore that would begin an escape of
 * them, be it by the text's own characters or because the next one is escaped too.
 */
const unsafe = `[&<>${UNHOLDABLE}]|_(?=x[0-9A-Fa-f]{4}(?:_|[${UNHOLDABLE}]))`;
const firstUnsafe = new RegExp(unsafe);
const everyUnsafe = new RegExp(unsafe, 'g');

/**
 * Text as the content of an element: markup as entities, other characters as `_xHHHH_`.
 * @see ECMA-376 Part 1, 22.9.2.19, ST_Xstring
 */
export function xmlText(text: string): string {
  return firstUnsafe.test(text) ? text.replace(everyUnsafe, written) : text;
}

function written(character: string): string {
  switch (character) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    default:
      return `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
  }
}
