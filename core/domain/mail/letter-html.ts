import type { Letter } from './letter.ts';

const fonts = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/** Colours stand in the elements, because many clients drop the style sheet; in the dark, the sheet overrules them. */
const styles = {
  page: 'margin:0;padding:0;background-color:#f4f5f7;',
  card: 'background-color:#ffffff;border:1px solid #e1e4e8;border-radius:8px;',
  heading: `margin:0 0 16px;font-family:${fonts};font-size:20px;line-height:28px;font-weight:600;color:#1c1f23;`,
  text: `margin:0 0 16px;font-family:${fonts};font-size:15px;line-height:24px;color:#1c1f23;`,
  quiet: `margin:0;font-family:${fonts};font-size:13px;line-height:20px;color:#5c6570;`,
  label: `padding:6px 16px 6px 0;font-family:${fonts};font-size:14px;line-height:20px;color:#5c6570;white-space:nowrap;`,
  value: `padding:6px 0;font-family:${fonts};font-size:14px;line-height:20px;color:#1c1f23;word-break:break-word;`,
  button: 'background-color:#2f5bd8;border-radius:6px;mso-padding-alt:12px 24px;',
  buttonLink: `display:inline-block;padding:12px 24px;font-family:${fonts};font-size:15px;line-height:20px;font-weight:600;color:#ffffff;text-decoration:none;`,
  link: 'color:#2f5bd8;text-decoration:underline;word-break:break-all;',
  hidden:
    'display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;color:#f4f5f7;mso-hide:all;',
} as const;

const darkSheet =
  ':root{color-scheme:light dark;supported-color-schemes:light dark;}' +
  '@media (prefers-color-scheme:dark){' +
  '.page{background-color:#111417 !important;}' +
  '.card{background-color:#1b1f24 !important;border-color:#30363d !important;}' +
  '.ink{color:#e8eaed !important;}' +
  '.quiet{color:#a4acb5 !important;}' +
  '.link{color:#8fb0ff !important;}' +
  '}';

/**
 * The HTML part: tables and inline styles, as mail clients from Outlook on understand them; nothing is loaded from
 * anywhere. It is well-formed XML, so that a tag left open cannot swallow what follows.
 */
export function letterHtml({ subject, greeting, news, facts, advice, action, aboutLink, reason }: Letter): string {
  const link = escapeHtml(action.link);
  return `<!DOCTYPE html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<meta name="supported-color-schemes" content="light dark" />
<title>${escapeHtml(subject)}</title>
<style>${darkSheet}</style>
</head>
<body class="page" style="${styles.page}">
<div style="${styles.hidden}">${escapeHtml(news)}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="${styles.page}">
<tr><td align="center" style="padding:24px 12px;">
<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;${styles.card}">
<tr><td align="left" style="padding:32px;">
<h1 class="ink" style="${styles.heading}">${escapeHtml(subject)}</h1>
${paragraph(greeting)}
${paragraph(news)}
<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 16px;">
${facts.map(row).join('\n')}
</table>
${advice === undefined ? '' : paragraph(advice)}
<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 24px;">
<tr><td align="center" bgcolor="#2f5bd8" style="${styles.button}"><a href="${link}" target="_blank" style="${styles.buttonLink}">${escapeHtml(action.label)}</a></td></tr>
</table>
${paragraph(aboutLink)}
<p class="quiet" style="${styles.quiet}">If the button does not work, open this address:<br /><a class="link" href="${link}" target="_blank" style="${styles.link}">${link}</a></p>
</td></tr>
</table>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;">
<tr><td align="left" style="padding:16px 32px;"><p class="quiet" style="${styles.quiet}">${escapeHtml(reason)}</p></td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
`;
}

function paragraph(text: string): string {
  return `<p class="ink" style="${styles.text}">${escapeHtml(text)}</p>`;
}

function row([label, value]: Letter['facts'][number]): string {
  return (
    `<tr><td class="quiet" align="left" valign="top" style="${styles.label}">${escapeHtml(label)}</td>` +
    `<td class="ink" align="left" valign="top" style="${styles.value}">${escapeHtml(value)}</td></tr>`
  );
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
