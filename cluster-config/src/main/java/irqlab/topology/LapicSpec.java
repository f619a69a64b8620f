package irqlab.topology;

import irqlab.protocol.LowestPriorityPolicy;

/**
 * The LAPICs of a machine.
 *
 * @param mode how they start and how wide their ids are
 * @param idBase id of the LAPIC of CPU 0; CPU n has {@code idBase + n}
 * @param generation which parts they are, where parts differ
 * @param arbitration who is next among the requests of one of them
 * @param lowestPriority who gets a lowest-priority interrupt
 */
public record LapicSpec(
    Mode mode,
    int idBase,
    Generation generation,
    Arbitration arbitration,
    LowestPriorityPolicy lowestPriority) {
  /** Today's parts, highest vector first, lowest task priority. */
  public LapicSpec(Mode mode, int idBase) {
    this(mode, idBase, Generation.XAPIC, Arbitration.PRIORITY, LowestPriorityPolicy.LOWEST_TPR);
  }

  /** Register access and width of the id. */
  public enum Mode {
    /** Memory-mapped, 8-bit id of which 255 is the broadcast. */
    XAPIC("xapic"),
    /** MSRs, 32-bit id. */
    X2APIC("x2apic");

    private final String text;

    Mode(String text) {
      this.text = text;
    }

    /** The word in a scenario. */
    public String text() {
      return text;
    }
  }

  /** Which parts. */
  public enum Generation {
    /** Pentium 4 and later: what comes beyond one request and one in service collapses. */
    XAPIC("xapic"),
    /** P6 family: at most two interrupts for each class; a further one is tried again. */
    P6("p6");

    private final String text;

    Generation(String text) {
      this.text = text;
    }

    /** The word in a scenario. */
    public String text() {
      return text;
    }
  }

  /** Who is next. */
  public enum Arbitration {
    /** The highest vector, as in real parts. */
    PRIORITY("priority"),
    /** The one that came first, as in none; it shows what priorities are worth. */
    FIFO("fifo");

    private final String text;

    Arbitration(String text) {
      this.text = text;
    }

    /** The word in a scenario. */
    public String text() {
      return text;
    }
  }
}
