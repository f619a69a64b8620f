package irqlab.cpu.lapic;

/** Which generation of parts the local APIC belongs to, where they differ in behaviour. */
public enum Generation {
  /**
   * Pentium 4 and later: one request and one in service for each vector; what comes beyond
   * collapses (LAPIC-003). Version 0x14.
   */
  XAPIC,
  /**
   * P6 family: at most two interrupts for each priority class, in IRR and ISR together; a further
   * one is refused and its sender tries again until there is room. Focus processor checking exists
   * (SVR bit 9), the thermal LVT entry does not, and the spurious vector's low four bits are ones.
   * Version 0x11.
   */
  P6
}
