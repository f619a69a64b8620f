package irqlab.cpu.linux;

import irqlab.protocol.KernelMessage;

/** The numbers of {@code KernelMessage.Call}, {@code KernelMessage.Order} and their answers. */
final class KernelCalls {
  /** CPU 0 asks for its next boot action. */
  static final int BOOT = 1;

  /** Takes the lock of a shared irq: a = id, b = irq, c = raisedPs. */
  static final int ACQUIRE = 2 | KernelMessage.NAMES;

  /** Gives it back: a = irq, b = driver's ring head. */
  static final int RELEASE = 3;

  /** Does the pending move of an irq that the caller holds: a = irq, b = ring head. */
  static final int MOVE = 4;

  /** A vector was installed: a = irq. Not answered. */
  static final int INSTALLED = 5;

  /** Frees old vectors of the caller that are not in its IRR: a to d = IRR, low word first. */
  static final int CLEAN_UP = 6;

  /** A CPU has set up its local APIC and waits until it may be online. */
  static final int ONLINE = 7;

  /** CPU 0 brings CPU a online and waits until it is. */
  static final int BRING_UP = 8;

  /** A new CPU asks for the next managed interrupt to start: answered like BOOT. */
  static final int RESTORE = 9;

  /** The caller stands still with interrupts off, until it is answered. */
  static final int STOPPED = 10;

  /** A CPU that leaves asks for its next interrupt to move away. */
  static final int MIGRATE = 11;

  /** It gives the state of irq a away: b = ring head. Answered like BOOT when it is installed. */
  static final int HAND_OVER = 12;

  /** It asks where irq a goes now. */
  static final int TARGET = 13;

  /** It has no interrupt left. */
  static final int GONE = 14;

  /** A CPU that was told BUSY for an edge irq has masked its entry: a = irq. Not answered. */
  static final int MASKED = 15;

  /** Answer: done, or granted. */
  static final int OK = 0;

  /** Answer of ACQUIRE: another CPU runs the handler; the raise is remembered for it. */
  static final int BUSY = 1;

  /** Answer of ACQUIRE: as BUSY, and one was remembered already; a = the caller's id. */
  static final int BUSY_COLLAPSED = 2 | KernelMessage.NAMES;

  /** Answer of RELEASE: run again for a = id, b = raisedPs; still held. */
  static final int AGAIN = 3 | KernelMessage.NAMES;

  /** Answer of ACQUIRE: granted; a = the caller's id, b = driver's ring head, c = what follows. */
  static final int GRANTED = 11 | KernelMessage.NAMES;

  /** Answer of RELEASE: the old vector is gone, the caller needs no lock any more. */
  static final int PRIVATE = 4;

  /** Answer of MOVE: a = irq, b = message address, c = message data. */
  static final int MOVED = 5;

  /** Answer of MOVE: the pending mask stays for the next interrupt. */
  static final int MOVE_LATER = 6;

  /** Answer of CLEAN_UP: an old vector is in IRR; try again. */
  static final int STAYS = 7;

  /** Answer of STOPPED: the CPU stays. Answer of TARGET: the interrupt goes nowhere. */
  static final int REFUSED = 8;

  /** Answer of MIGRATE: irq a has another CPU; hand it over and write its message. */
  static final int NEXT_MOVED = 9;

  /** Answer of MIGRATE: irq a was shut down; hand it over and clear its message. */
  static final int NEXT_SHUT_DOWN = 10;

  /** Order: word a of the scratch mask is b. */
  static final int MASK_WORD = 1;

  /** Order: write the scratch mask to smp_affinity of irq a. */
  static final int WRITE_AFFINITY = 2;

  /** Order: CPU a goes online, b = 1, or offline, b = 0. */
  static final int CPU_ONLINE = 3;

  /** Request: install irq b at vector a; c = flags; d = ring head. */
  static final int INSTALL = 1;

  /** Request: vector a is given up; b = 1 for SHUTDOWN, 0 for UNUSED. */
  static final int UNINSTALL = 2;

  /** Request: irq a has a pending move. */
  static final int SET_MOVE = 3;

  /** Request: the clean-up timer of this CPU expires. */
  static final int CLEAN_UP_TIMER = 4;

  /** Request: CPU 0 starts CPU a. */
  static final int START_CPU = 5;

  /** Request: stand still; a = 1 when the CPU is to leave. */
  static final int STOP = 6;

  /** Flag of INSTALL: the irq is shared with its old CPU. */
  static final int SHARED = 1;

  /** Flag of GRANTED's c: a move is pending. */
  static final int MOVE_PENDING = 1;

  /** From this bit on, GRANTED's c has the CPU whose old vector is to be cleaned up, plus 1. */
  static final int CLEAN_UP_SHIFT = 1;

  private KernelCalls() {}
}
