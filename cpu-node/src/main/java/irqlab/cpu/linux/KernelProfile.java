package irqlab.cpu.linux;

import irqlab.topology.ProcFormat.Layout;
import java.util.List;
import java.util.Optional;

/**
 * The switches in which kernel versions differ, as far as an interrupt can tell.
 *
 * <p>Source: section 0 of the rules (VEC, MOV, PRC, AFF) and the recordings of 6.1 and 6.12.
 *
 * <p><b>Not modelled:</b> kernels before 4.15, such as 3.10, whose allocator went round robin in
 * steps of 16; {@link #of} does not know them.
 *
 * @param name version as scenarios write it
 * @param firstSystemVector first vector that is not given out to devices: 0xec, from 6.10 0xeb
 * @param cleanup how the old vector of a moved interrupt is given back
 * @param msiChips how a PCI MSI is named and numbered in {@code /proc/interrupts}
 * @param procLayout spacing of {@code /proc/interrupts}
 * @param managedWrite what a write to the affinity of a managed interrupt returns
 * @param edgeMigrationWait the new CPU waits for the old one's handler (6.17), where older kernels
 *     mark the interrupt pending for the old CPU to replay
 * @param flatUpTo machines with at most so many possible CPUs address MSIs in logical flat mode
 * @param parallelBoot all CPUs get INIT and STARTUP before the first is brought online (6.5,
 *     BOOT-007)
 * @param exceptions exception vectors that are installed, VEC-002
 */
public record KernelProfile(
    String name,
    int firstSystemVector,
    Cleanup cleanup,
    MsiChips msiChips,
    Layout procLayout,
    Errno managedWrite,
    boolean edgeMigrationWait,
    int flatUpTo,
    boolean parallelBoot,
    List<Integer> exceptions) {

  /** Lowest vector that a device can have. */
  public static final int FIRST_EXTERNAL_VECTOR = 0x20;

  /** The vector of messages that must not arrive: reserved, or managed and shut down. */
  public static final int MANAGED_SHUTDOWN_VECTOR = 0xef;

  /** Vector of the legacy line 0; line n has this plus n. */
  public static final int ISA_VECTOR = 0x30;

  /** How the old vector of a moved interrupt is given back, MOV-011 and MOV-012. */
  public enum Cleanup {
    /** By an IPI on vector 0x20 to the old CPU; the vector is lost to devices. */
    VECTOR,
    /** By a timer of the old CPU at its next tick. */
    TIMER
  }

  /** How a PCI MSI is named and numbered, PRC-008 and PRC-009. */
  public enum MsiChips {
    /** One chip {@code PCI-MSI} for all; the number encodes the bus address. */
    GLOBAL,
    /** A chip per function, {@code PCI-MSIX-0000:00:04.0}; the number is the table index. */
    PER_DEVICE
  }

  /** How an MSI names its CPU, MSI-001. */
  public enum MsiDestination {
    /** A bit per CPU, up to eight CPUs. */
    LOGICAL_FLAT,
    /** The APIC ID. */
    PHYSICAL,
    /** The logical x2APIC ID: cluster in the high half, a bit in the low half. */
    X2APIC_CLUSTER;

    /** The destination of a message to this CPU, as {@code vector_config} prints it. */
    public int of(int cpu, int apicId) {
      if (this == LOGICAL_FLAT) {
        return 1 << cpu;
      }
      return this == PHYSICAL ? apicId : apicId >> 4 << 16 | 1 << (apicId & 15);
    }
  }

  private static final List<Integer> EXCEPTIONS_6_1 =
      List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 29);
  // Virtualization exception and control protection exception came in between.
  private static final List<Integer> EXCEPTIONS_6_12 =
      List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 29);

  /** Linux 5.15. */
  public static final KernelProfile V5_15 =
      new KernelProfile(
          "5.15",
          0xec,
          Cleanup.VECTOR,
          MsiChips.GLOBAL,
          Layout.OLD,
          Errno.EIO,
          false,
          8,
          false,
          EXCEPTIONS_6_1);

  /** Linux 6.1, as recorded. */
  public static final KernelProfile V6_1 =
      new KernelProfile(
          "6.1",
          0xec,
          Cleanup.VECTOR,
          MsiChips.GLOBAL,
          Layout.OLD,
          Errno.EIO,
          false,
          8,
          false,
          EXCEPTIONS_6_1);

  /** Linux 6.12, as recorded. */
  public static final KernelProfile V6_12 =
      new KernelProfile(
          "6.12",
          0xeb,
          Cleanup.TIMER,
          MsiChips.PER_DEVICE,
          Layout.OLD,
          Errno.EPERM,
          false,
          0,
          true,
          EXCEPTIONS_6_12);

  /** Linux 6.18. */
  public static final KernelProfile V6_18 =
      new KernelProfile(
          "6.18",
          0xeb,
          Cleanup.TIMER,
          MsiChips.PER_DEVICE,
          Layout.NEW,
          Errno.EPERM,
          true,
          0,
          true,
          EXCEPTIONS_6_12);

  /** The profiles, oldest first. */
  public static final List<KernelProfile> ALL = List.of(V5_15, V6_1, V6_12, V6_18);

  /** The profile of this name, if there is one. */
  public static Optional<KernelProfile> of(String name) {
    return ALL.stream().filter(profile -> profile.name.equals(name)).findFirst();
  }

  /** How this kernel addresses MSIs on a machine with so many possible CPUs. */
  public MsiDestination msiDestination(int possibleCpus, boolean x2apic) {
    if (x2apic) {
      return MsiDestination.X2APIC_CLUSTER;
    }
    return possibleCpus <= flatUpTo ? MsiDestination.LOGICAL_FLAT : MsiDestination.PHYSICAL;
  }
}
