package irqlab.cpu.linux;

/** What the kernel lets CPU 0 do next while it boots: the code of the answer to BOOT. */
final class BootActions {
  /** Boot is over. */
  static final int DONE = 0;

  /** Store b at device address a. */
  static final int MMIO_WRITE = 1;

  /** Store b at host address a. */
  static final int STORE = 2;

  /** Write c to configuration space; a is the function, b as of Step CONFIG_WRITE. */
  static final int CONFIG_WRITE = 3;

  /** Read device address a until the value masked by b is c. */
  static final int WAIT_MMIO = 4;

  /** Read the line at host address a until bit 48 of word b is c. */
  static final int WAIT_PHASE = 5;

  /** Write the message of irq a: address b, data c; and unmask it. */
  static final int WRITE_MESSAGE = 6;

  private BootActions() {}
}
