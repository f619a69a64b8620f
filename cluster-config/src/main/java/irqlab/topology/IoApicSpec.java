package irqlab.topology;

/**
 * One IO-APIC.
 *
 * @param id its APIC id and its name in paths, {@code ioapic/0}
 * @param pins 1 to 240
 * @param gsiBase the GSI of pin 0
 * @param version what its version register reads, 0x11 or 0x20
 */
public record IoApicSpec(int id, int pins, int gsiBase, int version) {
  /** Whether this chip has the pin of {@code gsi}. */
  public boolean has(int gsi) {
    return gsi >= gsiBase && gsi < gsiBase + pins;
  }
}
