import { center } from './en/center.ts';
import { common } from './en/common.ts';
import { detail } from './en/detail.ts';
import { exportStrings } from './en/export.ts';
import { gates } from './en/gates.ts';
import { generate } from './en/generate.ts';
import { members } from './en/members.ts';
import { session } from './en/session.ts';
import { shell } from './en/shell.ts';

/** English, and the shape every other language has. */
const en = { common, session, shell, center, export: exportStrings, detail, generate, gates, members };

export type Strings = typeof en;

/** Every word the page says. A translation is another object of this shape, chosen here by the browser's language. */
export const strings: Strings = en;
