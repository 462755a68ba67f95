// Writes docs/acceptance.md: npm run acceptance
import { writeFileSync } from 'node:fs';
import { acceptancePage, readHolders } from './page.ts';
import { promiseSections } from './promises.ts';

writeFileSync('docs/acceptance.md', acceptancePage(promiseSections, readHolders()));
