/** What RFC 5987 lets stand unescaped in an extended value, but which encodeURIComponent leaves alone or escapes. */
const notAttributeCharacters = /['()*]/g;

/**
 * The header that makes a browser save a download as `fileName`: plain ASCII for old readers, and the exact name in UTF-8.
 * Control characters, quotes and path separators never reach the header.
 * @see https://www.rfc-editor.org/rfc/rfc6266
 */
export function attachmentDisposition(fileName: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be kept out.
  const safe = fileName.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029/\\]/g, '_');
  const ascii = safe.replace(/[^\x20-\x7e]|["%]/g, '_');
  const extended = encodeURIComponent(safe).replace(
    notAttributeCharacters,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${extended}`;
}
