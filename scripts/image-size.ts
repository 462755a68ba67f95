import { buildBundles, bundleOf, defaultBundleDirectory } from '../lib/bundles.ts';
import { IMAGE_LIMIT_BYTES, measureImage } from './measure-image.ts';

/** `npm run image-size`: what a task pulls before it starts; exit code 1 above the limit. */
await buildBundles();
const { baseBytes, bundleBytes, totalBytes, fits } = measureImage(bundleOf('worker', defaultBundleDirectory));
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
console.log(`Node and its libraries  ${megabytes(baseBytes)}, compressed
The worker's bundle     ${megabytes(bundleBytes)}
The image               ${megabytes(totalBytes)} of at most ${megabytes(IMAGE_LIMIT_BYTES)}`);
if (!fits) process.exitCode = 1;
