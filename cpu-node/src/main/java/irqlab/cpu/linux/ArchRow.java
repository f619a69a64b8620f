package irqlab.cpu.linux;

import java.util.List;

/**
 * The rows that the architecture adds to {@code /proc/interrupts}, in their order, PRC-011.
 *
 * <p>Source: {@code arch/x86/kernel/irq.c} of Linux 6.12, {@code arch/arm64/kernel/smp.c}.
 */
public enum ArchRow {
  // @formatter:off
  NMI("Non-maskable interrupts"),
  LOC("Local timer interrupts"),
  SPU("Spurious interrupts"),
  PMI("Performance monitoring interrupts"),
  IWI("IRQ work interrupts"),
  RTR("APIC ICR read retries"),
  PLT("Platform interrupts"),
  RES("Rescheduling interrupts"),
  CAL("Function call interrupts"),
  TLB("TLB shootdowns"),
  TRM("Thermal event interrupts"),
  THR("Threshold APIC interrupts"),
  DFR("Deferred Error APIC interrupts"),
  MCE("Machine check exceptions"),
  MCP("Machine check polls"),
  HYP("Hypervisor callback interrupts"),
  HRE("Hyper-V reenlightenment interrupts"),
  HVS("Hyper-V stimer0 interrupts"),
  ERR(null),
  MIS(null),
  PIN("Posted-interrupt notification event"),
  NPI("Nested posted-interrupt event"),
  PIW("Posted-interrupt wakeup event"),
  PMN("Posted MSI notification event");
  // @formatter:on

  /** The rows of a distribution's kernel on bare metal, as recorded. */
  public static final List<ArchRow> USUAL =
      List.of(
          NMI, LOC, SPU, PMI, IWI, RTR, RES, CAL, TLB, TRM, THR, DFR, MCE, MCP, ERR, MIS, PIN, NPI,
          PIW);

  private static final List<String> ARM64_OLD =
      List.of(
          "Rescheduling interrupts",
          "Function call interrupts",
          "CPU stop interrupts",
          "CPU stop (for crash dump) interrupts",
          "Timer broadcast interrupts",
          "IRQ work interrupts",
          "CPU wake-up interrupts");
  private static final List<String> ARM64_6_12 =
      List.of(
          "Rescheduling interrupts",
          "Function call interrupts",
          "CPU stop interrupts",
          "CPU stop NMIs",
          "Timer broadcast interrupts",
          "IRQ work interrupts",
          "CPU backtrace interrupts",
          "KGDB roundup interrupts");

  private final String text;

  ArchRow(String text) {
    this.text = text;
  }

  /** What stands behind the counts; null for a row with a single number. */
  public String text() {
    return text;
  }

  /** The row with these counts, one per online CPU; a row with a single number has their sum. */
  public ProcTable.Row of(long... counts) {
    if (text != null) {
      return new ProcTable.PerCpu(name(), counts, text);
    }
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return new ProcTable.Single(name(), sum);
  }

  /** What Arm prints behind the counts of each kind of IPI, IPI0 first. */
  public static List<String> arm64Ipis(KernelProfile profile) {
    boolean old = List.of(KernelProfile.V5_15, KernelProfile.V6_1).contains(profile);
    return old ? ARM64_OLD : ARM64_6_12;
  }
}
