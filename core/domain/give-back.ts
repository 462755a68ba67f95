/**
 * Frees memory that nobody else has: V8 would let tens of megabytes of it pile up before it looks. Small pieces may be of a
 * buffer that Node.js shares out, and stay.
 * @see https://nodejs.org/api/buffer.html#class-property-bufferpoolsize
 */
export function giveBack({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize) buffer.transfer(0);
}
