import { join, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { themeStyles } from './build/theme-styles.ts';

const root = import.meta.dirname;

/** The report center as static files; all it knows of its deployment it reads from /config.json. */
export default defineConfig({
  root,
  plugins: [react(), themeStyles(join(root, 'src/theme/theme.ts'))],
  build: {
    outDir: resolve(root, '../.build/web'),
    emptyOutDir: true,
    // What imports what, which is not deployed.
    manifest: true,
    target: 'es2023',
    // The content security policy allows no data: scripts or styles; images are few.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
