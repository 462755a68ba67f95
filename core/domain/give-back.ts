/**
 * Frees memory that nobody else has: V8 would let tens of megabytes of it pile up before it looks. What Node.js shares out among
 * small buffers it does not let go of, and that stays.
 * @see https://nodejs.org/api/buffer.html#class-property-bufferpoolsize
 */
export function giveBack({ buffer }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer)) return;
  try {
    buffer.transfer(0);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}
