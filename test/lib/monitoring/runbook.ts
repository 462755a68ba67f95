/** The parts that each alarm has in the runbook, in this order. */
const runbookParts = ['Description', 'Investigation', 'Resolution'] as const;

/** What is wrong with a runbook: alarms without their three parts, parts without words, headings without an alarm. */
export function mistakesInRunbook(markdown: string, alarms: readonly string[]): readonly string[] {
  const sections = new Map(markdown.split(/^## /m).slice(1).map(titled));
  const unknown = [...sections.keys()].filter((title) => !alarms.includes(title));
  return [
    ...alarms.flatMap((alarm) => mistakesInSection(alarm, sections.get(alarm))),
    ...unknown.map((title) => `${title} is no alarm`),
  ];
}

function mistakesInSection(alarm: string, section: string | undefined): readonly string[] {
  if (section === undefined) return [`${alarm} is missing`];
  const parts = section.split(/^### /m).slice(1).map(titled);
  const found = parts.map(([title]) => title).join(', ');
  if (found !== runbookParts.join(', ')) return [`${alarm} has the parts ${found || 'none'}`];
  return parts.filter(([, text]) => text.trim() === '').map(([title]) => `${alarm} has nothing under ${title}`);
}

function titled(text: string): readonly [title: string, text: string] {
  const end = text.indexOf('\n');
  return [text.slice(0, end).trim(), text.slice(end)];
}
