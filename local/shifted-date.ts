/**
 * Makes this JavaScript context's `Date` run ahead of the machine's clock, for code that must not know of it.
 * Monotonic time (`performance.now()`, timers) stays as it is.
 * @param offsetMs milliseconds to add, read again at every call
 */
export function installShiftedDate(offsetMs: () => number): void {
  const MachineDate = globalThis.Date;
  const machineNow = MachineDate.now;
  const now = () => machineNow() + offsetMs();
  const ShiftedDate = new Proxy(MachineDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new MachineDate(now()).toString(),
  });
  MachineDate.now = now;
  MachineDate.prototype.constructor = ShiftedDate;
  globalThis.Date = ShiftedDate;
}
