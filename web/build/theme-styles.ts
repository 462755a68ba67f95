import { pathToFileURL } from 'node:url';
import {
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  type MantineThemeOverride,
  mergeMantineTheme,
} from '@mantine/core';
import type { Plugin } from 'vite';

const moduleName = 'virtual:theme.css';

/**
 * The theme's variables as a style sheet, under the name `virtual:theme.css`. Mantine would write them into a `<style>`
 * element when the page starts, which a content security policy without `unsafe-inline` refuses.
 * @param file exports `theme`
 */
export function themeStyles(file: string): Plugin {
  return {
    name: 'theme-styles',
    resolveId: (id) => (id === moduleName ? `\0${moduleName}` : null),
    async load(id) {
      if (id !== `\0${moduleName}`) return null;
      const { theme }: { theme: MantineThemeOverride } = await import(pathToFileURL(file).href);
      return convertCssVariables(defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme)), ':root');
    },
  };
}
