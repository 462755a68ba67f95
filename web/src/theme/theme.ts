import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The one accent; its sixth shade is 5.9:1 on white, and white on its fifth 4.6:1. */
const accent: MantineColorsTuple = [
  '#eef3ff',
  '#dbe5fb',
  '#b6c8f3',
  '#8eaaec',
  '#6c90e6',
  '#476eda',
  '#2f5bd0',
  '#274cb0',
  '#1f3d8e',
  '#182f6e',
];

/** Neutral greys with a little blue, from the page's ground to its text. */
const gray: MantineColorsTuple = [
  '#f8f9fb',
  '#f1f3f6',
  '#e4e7ec',
  '#d5dae1',
  '#b8bfca',
  '#8d96a5',
  '#626c7c',
  '#474f5d',
  '#2d333d',
  '#181c23',
];

const dark: MantineColorsTuple = [
  '#e3e6eb',
  '#c3c9d2',
  '#a3abb8',
  '#848d9c',
  '#5b6473',
  '#3a414d',
  '#2a303a',
  '#1c2128',
  '#14181e',
  '#0e1116',
];

/** Quiet and dense: 14 px text on a grid of 8 px, one accent on greys, no motion over 200 ms. */
export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: 6,
  colors: { accent, gray, dark },
  autoContrast: true,
  black: '#181c23',
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif, "Apple Color Emoji"',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.5', xl: '1.3' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.45' },
    },
  },
  defaultRadius: 'md',
  radius: { sm: '0.25rem', md: '0.375rem', lg: '0.5rem' },
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 300, transitionProps: { duration: 100 } } },
    Modal: { defaultProps: { lockScroll: false, transitionProps: { duration: 150 } } },
    Drawer: { defaultProps: { lockScroll: false, transitionProps: { duration: 150 } } },
    // Both are `header` elements, which would be the page's own anew: the dialog's is named by its title.
    ModalHeader: { defaultProps: { role: 'presentation' } },
    DrawerHeader: { defaultProps: { role: 'presentation' } },
    Menu: {
      defaultProps: {
        position: 'bottom-end',
        withinPortal: false,
        transitionProps: { duration: 100 },
        // The placeholder is an element that a menu may not hold, as axe sees it.
        withInitialFocusPlaceholder: false,
      },
    },
    Popover: { defaultProps: { transitionProps: { duration: 100 } } },
  },
});
