package irqlab.i8259;

import irqlab.runtime.Inspector;
import irqlab.runtime.MalformedStateException;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * One 8259A: registers, priority resolver and INT output, as plain code.
 *
 * <p><b>Not modelled:</b> MCS-80 mode (ICW4 bit 0 clear), buffered mode, LTIM (ICW1 bit 3; in a PC
 * the ELCR decides), and the freeze of requests between the two INTA pulses.
 *
 * <p>INT rises when something may be acknowledged. It falls at an acknowledge, and when a later
 * rise, EOI or mask finds no open request left; not by a drop alone: "if the IR input goes low
 * before this time a default IR7 will occur when the CPU acknowledges the interrupt" (data sheet,
 * "Edge and Level Triggered Modes"; PIC-007), nor when a command only changes who is next.
 */
final class Chip8259 {
  /** What a line answers when nothing requests: the spurious IR7. */
  static final int NONE = -1;

  /** The input of the spurious vector. */
  static final int SPURIOUS = 7;

  /** The master's input that the slave drives. */
  static final int CASCADE = 2;

  /** Bit of OCW2 that ends an interrupt; without it the command is about priority only. */
  private static final int OCW2_EOI = 0x20;

  private static final int READY = 0;
  private static final int ICW2 = 2;
  private static final int ICW3 = 3;
  private static final int ICW4 = 4;

  private final boolean master;
  private final int elcrWritable;

  private int lines;
  private int irr;
  private int isr;
  private int imr = 0xFF;
  private int elcr;
  private int base;
  private int lowest = 7;
  private boolean autoEoi;
  private boolean rotateInAutoEoi;
  private boolean specialMask;
  private boolean fullyNested;
  private boolean readIsr;
  private boolean poll;
  private int expected = READY;
  private boolean single;
  private boolean fourth;
  private boolean output;

  /**
   * A chip as firmware leaves it: all masked.
   *
   * @param base vector of input 0
   * @param elcrWritable inputs that may be level: 0xF8 of the master, 0xDE of the slave (PIC-003)
   */
  Chip8259(boolean master, int base, int elcrWritable) {
    this.master = master;
    this.base = base;
    this.elcrWritable = elcrWritable;
  }

  /** INT. */
  boolean output() {
    return output;
  }

  /** Vector of input 0. */
  int base() {
    return base;
  }

  /** True when the input is level triggered. */
  boolean level(int input) {
    return (elcr >>> input & 1) != 0;
  }

  /**
   * An input changes. A rise requests; a fall takes the request back, edge or level, unless it was
   * acknowledged (PIC-003; data sheet, "Interrupt Request Register").
   */
  void line(int input, boolean asserted) {
    int bit = 1 << input;
    if (asserted == ((lines & bit) != 0)) {
      return;
    }
    lines ^= bit;
    if (asserted) {
      irr |= bit;
      reconsider();
    } else {
      irr &= ~bit;
    }
  }

  /**
   * The input that would be acknowledged now, or {@link #NONE} (PIC-005).
   *
   * <p>In special mask mode a masked input in service does not block others (PIC-012). In special
   * fully nested mode the slave's input does not block itself (PIC-009).
   */
  int resolve() {
    int requests = irr & ~imr;
    int serving = specialMask ? isr & ~imr : isr;
    for (int i = 1; i <= 8 && requests != 0; i++) {
      int input = (lowest + i) & 7;
      boolean served = (serving >>> input & 1) != 0;
      boolean nests = master && fullyNested && input == CASCADE;
      if ((requests >>> input & 1) != 0 && (!served || nests)) {
        return input;
      }
      if (served) {
        return NONE;
      }
    }
    return NONE;
  }

  /** The input is acknowledged: into service, unless EOI is automatic (PIC-006, PIC-015). */
  void acknowledge(int input) {
    int bit = 1 << input;
    if (!autoEoi) {
      isr |= bit;
    } else if (rotateInAutoEoi) {
      lowest = input;
    }
    if (!level(input)) {
      irr &= ~bit;
    }
  }

  /** INT falls, as it does at every acknowledge. {@link #settle} raises it again. */
  void lowerOutput() {
    output = false;
  }

  // INT rises when something may be acknowledged; it does not fall here.
  private void ask() {
    output |= resolve() != NONE;
  }

  // As ask, and INT falls when no open request is left.
  private void reconsider() {
    output &= (irr & ~imr) != 0;
    ask();
  }

  /** INT becomes what the requests ask for. */
  void settle() {
    output = resolve() != NONE;
  }

  /**
   * A write to the command port (A0 = 0).
   *
   * @return true when it was ICW1, which forgets edge requests
   */
  boolean writeCommand(int value) {
    boolean initialise = (value & 0x10) != 0;
    if (initialise) {
      initialise(value);
      settle();
    } else if ((value & 0x08) != 0) {
      writeOcw3(value);
      ask();
    } else {
      writeOcw2(value);
      if ((value & OCW2_EOI) != 0) {
        reconsider();
      }
      ask();
    }
    return initialise;
  }

  // ICW1 (PIC-001). A level input that is high goes on requesting.
  private void initialise(int value) {
    expected = ICW2;
    single = (value & 0x02) != 0;
    fourth = (value & 0x01) != 0;
    imr = 0;
    isr = 0;
    irr &= elcr;
    lowest = 7;
    autoEoi = false;
    rotateInAutoEoi = false;
    specialMask = false;
    fullyNested = false;
    readIsr = false;
    poll = false;
  }

  // EOI and rotation commands (PIC-010, PIC-011). 0x40 is no operation.
  private void writeOcw2(int value) {
    int input = value & 7;
    switch (value >>> 5) {
      case 0 -> rotateInAutoEoi = false;
      case 4 -> rotateInAutoEoi = true;
      case 1 -> end(false);
      case 5 -> end(true);
      case 3 -> isr &= ~(1 << input);
      case 7 -> {
        isr &= ~(1 << input);
        lowest = input;
      }
      case 6 -> lowest = input;
      default -> {}
    }
  }

  // Non-specific EOI: the highest in service (PIC-010). In special mask mode the data sheet keeps a
  // masked one in service (PIC-015); both recorded emulators end it, and we follow the recording.
  private void end(boolean rotate) {
    for (int i = 1; i <= 8; i++) {
      int input = (lowest + i) & 7;
      if ((isr >>> input & 1) != 0) {
        isr &= ~(1 << input);
        lowest = rotate ? input : lowest;
        return;
      }
    }
  }

  // Special mask mode, poll, and which register A0 = 0 reads (PIC-012 to PIC-014).
  private void writeOcw3(int value) {
    if ((value & 0x40) != 0) {
      specialMask = (value & 0x20) != 0;
    }
    if ((value & 0x04) != 0) {
      poll = true;
    } else if ((value & 0x02) != 0) {
      readIsr = (value & 0x01) != 0;
    }
  }

  /** A write to the data port (A0 = 1): the next ICW, or OCW1, the mask (PIC-002). */
  void writeData(int value) {
    switch (expected) {
      case ICW2 -> {
        base = value & 0xF8;
        expected = single ? afterIcw3() : ICW3;
      }
      case ICW3 -> expected = afterIcw3();
      case ICW4 -> {
        autoEoi = (value & 0x02) != 0;
        fullyNested = (value & 0x10) != 0;
        expected = READY;
      }
      default -> imr = value;
    }
    reconsider();
  }

  private int afterIcw3() {
    return fourth ? ICW4 : READY;
  }

  /** True when the next read is a poll; the read ends it (PIC-013). */
  boolean takePoll() {
    boolean was = poll;
    poll = false;
    return was;
  }

  /** What the command port reads: IRR or ISR. */
  int status() {
    return readIsr ? isr : irr;
  }

  /** IMR. */
  int mask() {
    return imr;
  }

  /** ELCR. */
  int elcr() {
    return elcr;
  }

  /** Sets which inputs are level; one that turns to level requests while it is high. */
  void writeElcr(int value) {
    int next = value & elcrWritable;
    irr |= lines & next & ~elcr;
    elcr = next;
    ask();
  }

  void save(StateWriter out) {
    out.putInts(new int[] {lines, irr, isr, imr, elcr, base, lowest, expected});
    int flags = 0;
    boolean[] all = flags();
    for (int i = 0; i < all.length; i++) {
      flags |= all[i] ? 1 << i : 0;
    }
    out.putInt(flags);
  }

  private boolean[] flags() {
    return new boolean[] {
      autoEoi, rotateInAutoEoi, specialMask, fullyNested, readIsr, poll, single, fourth, output
    };
  }

  void load(StateReader in) {
    int[] words = in.getInts();
    if (words.length != 8) {
      throw new MalformedStateException("words=" + words.length + ": 8");
    }
    lines = words[0];
    irr = words[1];
    isr = words[2];
    imr = words[3];
    elcr = words[4];
    base = words[5];
    lowest = words[6];
    expected = words[7];
    int flags = in.getInt();
    autoEoi = (flags & 1) != 0;
    rotateInAutoEoi = (flags & 2) != 0;
    specialMask = (flags & 4) != 0;
    fullyNested = (flags & 8) != 0;
    readIsr = (flags & 16) != 0;
    poll = (flags & 32) != 0;
    single = (flags & 64) != 0;
    fourth = (flags & 128) != 0;
    output = (flags & 256) != 0;
  }

  void inspect(Inspector out, String name) {
    out.value(name + ".irr", irr);
    out.value(name + ".isr", isr);
    out.value(name + ".imr", imr);
    out.value(name + ".elcr", elcr);
    out.value(name + ".base", base);
    out.value(name + ".hprio", (lowest + 1) & 7);
    out.value(name + ".autoEoi", autoEoi ? 1 : 0);
    out.value(name + ".rotateInAutoEoi", rotateInAutoEoi ? 1 : 0);
    out.value(name + ".specialMask", specialMask ? 1 : 0);
    out.value(name + ".fullyNested", fullyNested ? 1 : 0);
    out.value(name + ".readIsr", readIsr ? 1 : 0);
    out.value(name + ".poll", poll ? 1 : 0);
    out.value(name + ".expectedIcw", expected);
    out.value(name + ".lines", lines);
    out.value(name + ".int", output ? 1 : 0);
  }
}
