package irqlab.topology;

/**
 * One IO-APIC.
 *
 * @param id its APIC id and its name in paths, {@code ioapic/0}
 * @param pins 1 to 240
 * @param gsiBase the GSI of pin 0
 * @param version what its version register reads, 0x11 or 0x20
 * @param resendLimit a guard against storms, which is no hardware (IOA-017): so many times in a row
 *     a level pin is sent again at its EOI, then it waits; 0 for never
 * @param resendDelayPs how long it then waits, at least 1
 */
public record IoApicSpec(
    int id, int pins, int gsiBase, int version, int resendLimit, long resendDelayPs) {
  /** The limit where a guard is asked for without one: that of the emulators. */
  public static final int RESEND_LIMIT = 10_000;

  /** The delay where a guard is asked for without one: 10 ms, as in the emulators. */
  public static final long RESEND_DELAY_PS = 10_000_000_000L;

  /** A chip without a guard. */
  public IoApicSpec(int id, int pins, int gsiBase, int version) {
    this(id, pins, gsiBase, version, 0, RESEND_DELAY_PS);
  }

  /** Whether this chip has the pin of {@code gsi}. */
  public boolean has(int gsi) {
    return gsi >= gsiBase && gsi < gsiBase + pins;
  }
}
