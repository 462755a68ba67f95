const LINE_END = /\r\n|[\r\n\u0085\u2028\u2029]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\u0009\u000b-\u001f\u007f-\u009f]/gu;

const SYMBOLS = 0x2400;
const SYMBOL_FOR_DELETE = '\u2421';

/**
 * Text as it can be printed: every line end is `\n`, a tab is a space, other control characters are shown by their
 * symbols (U+2400 and following), and half characters by U+FFFD.
 */
export function printable(text: string): string {
  return text.toWellFormed().replace(LINE_END, '\n').replace(CONTROL, symbolFor);
}

function symbolFor(control: string): string {
  const code = control.charCodeAt(0);
  if (code === 0x09) return ' ';
  if (code < 0x20) return String.fromCharCode(SYMBOLS + code);
  return code === 0x7f ? SYMBOL_FOR_DELETE : '\ufffd';
}
