import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
/** Frees whatever nothing refers to, so that what is left can be counted. A process shows this function only to contexts made since. */
export const collectGarbage = runInNewContext('gc') as () => void;
