package irqlab.topology;

/**
 * The LAPICs of a machine.
 *
 * @param mode how they start and how wide their ids are
 * @param idBase id of the LAPIC of CPU 0; CPU n has {@code idBase + n}
 */
public record LapicSpec(Mode mode, int idBase) {
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
}
