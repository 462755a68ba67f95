/** Text as it may stand in HTML, attributes included. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const LINK = /\[([^\]]+)\]\(([^)\s]+)\)/g;

/** The Markdown of dashboards, as far as they use it: headings, lists, paragraphs, links, bold and code. */
export function renderMarkdown(markdown: string): string {
  const blocks = markdown.split(/\n{2,}/).map((block) => block.trim());
  return blocks.flatMap((block) => (block === '' ? [] : renderBlock(block.split('\n')))).join('');
}

function renderBlock(lines: readonly string[]): string[] {
  const [first = '', ...rest] = lines;
  const [, marks, heading] = /^(#{1,6}) +(.+)$/.exec(first) ?? [];
  if (marks !== undefined && heading !== undefined) {
    // The page and its dashboards have the first two levels.
    const level = Math.min(6, marks.length + 2);
    const title = `<h${level}>${renderInline(heading)}</h${level}>`;
    return rest.length > 0 ? [title, ...renderBlock(rest)] : [title];
  }
  const items = lines.map((line) => /^[-*] +(.+)$/.exec(line)?.[1]);
  if (items.every((item) => item !== undefined)) {
    return [`<ul>${items.map((item) => `<li>${renderInline(item)}</li>`).join('')}</ul>`];
  }
  return [`<p>${lines.map(renderInline).join('<br>')}</p>`];
}

function renderInline(text: string): string {
  return escapeHtml(text)
    .replace(LINK, (_, label: string, target: string) =>
      /^(https?:|\/|#)/.test(target) ? `<a href="${target}">${label}</a>` : `${label} (${target})`,
    )
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/`([^`]+)`/g, '<code>$1</code>');
}

/** Text with its web addresses as links. */
export function renderLinks(text: string): string {
  return escapeHtml(text).replace(/https?:[^\s<>&]+[^\s<>&.,;)]/g, '<a href="$&">$&</a>');
}
