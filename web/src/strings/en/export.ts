export const exportStrings = {};
