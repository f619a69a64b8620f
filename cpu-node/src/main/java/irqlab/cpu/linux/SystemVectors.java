package irqlab.cpu.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The vectors that Linux keeps for itself, with their names and rows in {@code /proc/interrupts}.
 *
 * <p>Source: Linux 6.12, {@code arch/x86/include/asm/irq_vectors.h} and {@code
 * arch/x86/kernel/idt.c}; VEC-002, VEC-006, PRC-011. Which of them are installed on bare metal
 * without a hypervisor is the recorded list.
 */
public final class SystemVectors {
  /** {@code int 0x80}, the 32-bit system call gate. */
  public static final int INT80 = 0x80;

  /** Legacy line 2: the cascade of the second 8259A, which no device can have. */
  public static final int CASCADE = KernelProfile.ISA_VECTOR + 2;

  /** Before 6.6: the IPI that frees the old vector of a moved interrupt. */
  public static final int MOVE_CLEANUP = 0x20;

  /** Of the exceptions, the one that is counted: row NMI. */
  public static final int NMI = 2;

  /**
   * A vector of the system above those of devices.
   *
   * @param vector 0xeb to 0xff
   * @param name what it is for
   * @param row label in {@code /proc/interrupts} that it counts in; null if none does
   * @param installed whether a kernel without hypervisor extensions has a handler for it; without
   *     one an arrival counts in SPU (IRQ-004)
   */
  public record Entry(int vector, String name, String row, boolean installed) {}

  private static final List<Entry> ENTRIES =
      List.of(
          new Entry(0xeb, "posted MSI notification", "PMN", false),
          new Entry(0xec, "local APIC timer", "LOC", true),
          new Entry(0xed, "Hyper-V stimer0", "HVS", false),
          new Entry(0xee, "Hyper-V reenlightenment", "HRE", false),
          new Entry(0xef, "managed shutdown", "SPU", false),
          new Entry(0xf0, "nested posted interrupt", "NPI", true),
          new Entry(0xf1, "posted interrupt wakeup", "PIW", true),
          new Entry(0xf2, "posted interrupt", "PIN", true),
          new Entry(0xf3, "hypervisor callback", "HYP", false),
          new Entry(0xf4, "deferred error", "DFR", true),
          new Entry(0xf5, "unused", "SPU", false),
          new Entry(0xf6, "IRQ work", "IWI", true),
          new Entry(0xf7, "platform IPI", "PLT", true),
          new Entry(0xf8, "reboot", null, true),
          new Entry(0xf9, "threshold APIC", "THR", true),
          new Entry(0xfa, "thermal event", "TRM", true),
          new Entry(0xfb, "call function single", "CAL", true),
          new Entry(0xfc, "call function", "CAL", true),
          new Entry(0xfd, "reschedule", "RES", true),
          new Entry(0xfe, "APIC error", "ERR", true),
          new Entry(0xff, "spurious", "SPU", true));

  private SystemVectors() {}

  /** All vectors from 0xeb up, ascending. */
  public static List<Entry> entries() {
    return ENTRIES;
  }

  /** The entry of a vector, if it is one of these. */
  public static Optional<Entry> of(int vector) {
    return vector < 0xeb ? Optional.empty() : Optional.of(ENTRIES.get(vector - 0xeb));
  }

  /**
   * VEC-002: what {@link VectorMatrix#assignSystem} is called with at boot, in the kernel's order:
   * ascending, then the cascade of a machine with 8259As.
   *
   * @param legacyPic whether the machine has a pair of 8259As
   */
  public static List<Integer> atBoot(KernelProfile profile, boolean legacyPic) {
    List<Integer> vectors = new ArrayList<>(profile.exceptions());
    if (profile.cleanup() == KernelProfile.Cleanup.VECTOR) {
      vectors.add(MOVE_CLEANUP);
    }
    vectors.add(INT80);
    for (Entry entry : ENTRIES) {
      if (entry.installed()) {
        vectors.add(entry.vector());
      }
    }
    if (legacyPic) {
      vectors.add(CASCADE);
    }
    return vectors;
  }
}
