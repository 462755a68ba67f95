export const center = {};
