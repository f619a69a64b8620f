package irqlab.cpu.linux;

import irqlab.topology.HandlerSpec;

/**
 * One handler of an interrupt: a device and how its driver serves it.
 *
 * @param name as {@code /proc/interrupts} prints it
 * @param driver which discipline
 * @param handler how long it runs
 * @param registers physical address of the device's registers
 * @param entry of the device: MSI-X entry, NVMe queue
 * @param ring host address of the completion queue; 0 when the driver has none
 * @param ringEntries entries of it
 */
public record IrqAction(
    String name,
    Driver driver,
    HandlerSpec handler,
    long registers,
    int entry,
    long ring,
    int ringEntries) {
  /** How a driver serves its device. */
  public enum Driver {
    /** Runs for its cost and touches nothing: the device is free-running. */
    COUNT,
    /** Reads how many completions wait, which clears them and drops a wire (DEV-001). */
    DRAIN,
    /** NVMe: reaps completion entries by phase, then writes the head doorbell (DRV-005). */
    NVME
  }
}
