package irqlab.cpu.lapic;

import irqlab.protocol.ApicMode;
import irqlab.protocol.LowestPriorityPolicy;

/**
 * Which local APIC this is and in what state the machine finds it.
 *
 * @param cpu number of its CPU in the topology, from 0; CPU 0 is the boot CPU
 * @param apicId the id it has after reset
 * @param mode mode it starts in
 * @param softwareEnabled true: as an operating system leaves it, enabled with spurious vector 0xFF
 *     and a flat logical id; false: as after reset
 * @param generation what it does with more requests than it can hold
 * @param arbitration who is next
 * @param policy who gets a lowest-priority interrupt
 * @param directedEoi true when software may suppress the EOI broadcast (LAPIC-014)
 * @param cmci true when the LVT has a CMCI entry
 * @param addressBits physical address width, for IA32_APIC_BASE
 * @param timerTickPs one tick of the bus clock, before the divider
 * @param tscTickPs one tick of the time-stamp counter
 */
public record LapicConfig(
    int cpu,
    int apicId,
    ApicMode mode,
    boolean softwareEnabled,
    Generation generation,
    Arbitration arbitration,
    LowestPriorityPolicy policy,
    boolean directedEoi,
    boolean cmci,
    int addressBits,
    long timerTickPs,
    long tscTickPs) {
  /** Errors: {@link IllegalArgumentException} when a number is out of its range. */
  public LapicConfig {
    if (cpu < 0 || timerTickPs < 1 || tscTickPs < 1 || addressBits < 32 || addressBits > 52) {
      throw new IllegalArgumentException(
          "cpu="
              + cpu
              + " timerTickPs="
              + timerTickPs
              + " tscTickPs="
              + tscTickPs
              + " addressBits="
              + addressBits);
    }
  }

  /** A local APIC after reset: 1 GHz bus clock, 2 GHz time-stamp counter, xAPIC generation. */
  public static LapicConfig afterReset(int cpu, int apicId, ApicMode mode) {
    return new LapicConfig(
        cpu,
        apicId,
        mode,
        false,
        Generation.XAPIC,
        Arbitration.PRIORITY,
        LowestPriorityPolicy.LOWEST_TPR,
        false,
        false,
        46,
        1_000,
        500);
  }

  /** The same as an operating system leaves it. */
  public static LapicConfig softwareEnabled(int cpu, int apicId, ApicMode mode) {
    LapicConfig reset = afterReset(cpu, apicId, mode);
    return new LapicConfig(
        cpu,
        apicId,
        mode,
        true,
        reset.generation,
        reset.arbitration,
        reset.policy,
        false,
        false,
        reset.addressBits,
        reset.timerTickPs,
        reset.tscTickPs);
  }

  /** As an operating system leaves it, or as after reset. */
  public LapicConfig withSoftwareEnabled(boolean value) {
    return new LapicConfig(
        cpu,
        apicId,
        mode,
        value,
        generation,
        arbitration,
        policy,
        directedEoi,
        cmci,
        addressBits,
        timerTickPs,
        tscTickPs);
  }

  /** With another generation. */
  public LapicConfig withGeneration(Generation value) {
    return new LapicConfig(
        cpu,
        apicId,
        mode,
        softwareEnabled,
        value,
        arbitration,
        policy,
        directedEoi,
        cmci,
        addressBits,
        timerTickPs,
        tscTickPs);
  }

  /** With another arbitration. */
  public LapicConfig withArbitration(Arbitration value) {
    return new LapicConfig(
        cpu,
        apicId,
        mode,
        softwareEnabled,
        generation,
        value,
        policy,
        directedEoi,
        cmci,
        addressBits,
        timerTickPs,
        tscTickPs);
  }

  /** With another policy for lowest-priority interrupts. */
  public LapicConfig withPolicy(LowestPriorityPolicy value) {
    return new LapicConfig(
        cpu,
        apicId,
        mode,
        softwareEnabled,
        generation,
        arbitration,
        value,
        directedEoi,
        cmci,
        addressBits,
        timerTickPs,
        tscTickPs);
  }

  /** With or without EOI-broadcast suppression. */
  public LapicConfig withDirectedEoi(boolean value) {
    return new LapicConfig(
        cpu,
        apicId,
        mode,
        softwareEnabled,
        generation,
        arbitration,
        policy,
        value,
        cmci,
        addressBits,
        timerTickPs,
        tscTickPs);
  }

  /** With or without a CMCI entry. */
  public LapicConfig withCmci(boolean value) {
    return new LapicConfig(
        cpu,
        apicId,
        mode,
        softwareEnabled,
        generation,
        arbitration,
        policy,
        directedEoi,
        value,
        addressBits,
        timerTickPs,
        tscTickPs);
  }

  /** With other clocks. */
  public LapicConfig withClocks(long newTimerTickPs, long newTscTickPs) {
    return new LapicConfig(
        cpu,
        apicId,
        mode,
        softwareEnabled,
        generation,
        arbitration,
        policy,
        directedEoi,
        cmci,
        addressBits,
        newTimerTickPs,
        newTscTickPs);
  }

  /** The version register: version, highest LVT entry, directed EOI support (LAPIC-024). */
  int version() {
    if (generation == Generation.P6) {
      return 0x0004_0011;
    }
    return 0x14 | (cmci ? 6 : 5) << 16 | (directedEoi ? 1 << 24 : 0);
  }

  /** Bits of SVR that software can change. */
  int svrWritable() {
    if (generation == Generation.P6) {
      return 0x3F0;
    }
    return 0x1FF | (directedEoi ? 1 << 12 : 0);
  }
}
