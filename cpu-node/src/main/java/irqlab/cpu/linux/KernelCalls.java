package irqlab.cpu.linux;

/** The numbers of {@code KernelMessage.Call}, {@code KernelMessage.Order} and their answers. */
final class KernelCalls {
  /** CPU 0 asks for its next boot action. */
  static final int BOOT = 1;

  /** Takes the lock of a shared irq: a = irq, b = id, c = raisedPs. */
  static final int ACQUIRE = 2;

  /** Gives it back: a = irq, b = driver's ring head. */
  static final int RELEASE = 3;

  /** Does the pending move of an irq that the caller holds: a = irq, b = ring head. */
  static final int MOVE = 4;

  /** A vector was installed: a = irq. Not answered. */
  static final int INSTALLED = 5;

  /** Frees old vectors of the caller that are not in its IRR: a to d = IRR, low word first. */
  static final int CLEAN_UP = 6;

  /** A CPU has set up its local APIC and is online. Not answered. */
  static final int ONLINE = 7;

  /** Answer: done, or granted. */
  static final int OK = 0;

  /** Answer of ACQUIRE: another CPU runs the handler; the raise is remembered for it. */
  static final int BUSY = 1;

  /** Answer of ACQUIRE: as BUSY, and one was remembered already. */
  static final int BUSY_COLLAPSED = 2;

  /** Answer of RELEASE: run again for a = id, b = raisedPs; still held. */
  static final int AGAIN = 3;

  /** Answer of RELEASE: the old vector is gone, the caller needs no lock any more. */
  static final int PRIVATE = 4;

  /** Answer of MOVE: a = message address, b = message data. */
  static final int MOVED = 5;

  /** Answer of MOVE: the pending mask stays for the next interrupt. */
  static final int MOVE_LATER = 6;

  /** Answer of CLEAN_UP: an old vector is in IRR; try again. */
  static final int STAYS = 7;

  /** Order: word a of the scratch mask is b. */
  static final int MASK_WORD = 1;

  /** Order: write the scratch mask to smp_affinity of irq a. */
  static final int WRITE_AFFINITY = 2;

  /** Request: install irq b at vector a; c = flags; d = ring head. */
  static final int INSTALL = 1;

  /** Request: vector a is given up; b = 1 for SHUTDOWN, 0 for UNUSED. */
  static final int UNINSTALL = 2;

  /** Request: irq a has a pending move. */
  static final int SET_MOVE = 3;

  /** Request: the clean-up timer of this CPU expires. */
  static final int CLEAN_UP_TIMER = 4;

  /** Flag of INSTALL: the irq is shared with its old CPU. */
  static final int SHARED = 1;

  /** Flag of ACQUIRE's answer: a move is pending. */
  static final int MOVE_PENDING = 1;

  private KernelCalls() {}
}
