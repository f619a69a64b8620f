package irqlab.topology;

/**
 * How long a message takes on each kind of wire; every one at least 1 ps.
 *
 * @param ipiPs LAPIC to LAPIC
 * @param eoiPs LAPIC to IO-APIC, and LAPIC to the 8259A and back: its INT and INTA
 * @param intrPs LAPIC to its core and back
 * @param dmaPs PCIe function, or IO-APIC, to root complex and back: posted writes, reads,
 *     completions
 * @param mmioPs core to root complex and back: registers of devices and of IO-APICs
 * @param kernelPs core to the shared state of the kernel; at least {@link #KERNEL_MIN_PS}
 * @param memoryPs core or root complex to host memory and back
 * @param linePs source of a legacy pin to its IO-APIC and to the 8259A, and from there to pin 0
 */
public record Links(
    long msiPs,
    long ipiPs,
    long eoiPs,
    long intrPs,
    long dmaPs,
    long mmioPs,
    long kernelPs,
    long memoryPs,
    long linePs) {
  /** Under 100 ns the kernel would tie all CPUs into one group of a distributed run. */
  public static final long KERNEL_MIN_PS = 100_000;

  /** The links of {@link Timing#IDEAL}. */
  public static final Links IDEAL = new Links(1, 1, 1, 1, 1, 1, KERNEL_MIN_PS, 1, 1);

  /** The links of {@link Timing#TYPICAL}. */
  public static final Links TYPICAL =
      new Links(200_000, 300_000, 200_000, 10_000, 300_000, 200_000, 200_000, 80_000, 50_000);

  /** The links that a profile starts from. */
  public static Links of(Timing timing) {
    return timing == Timing.IDEAL ? IDEAL : TYPICAL;
  }
}
